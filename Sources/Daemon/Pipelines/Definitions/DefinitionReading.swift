// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Control
internal import Diagnostics
internal import Pipelines
internal import Secrets
internal import Templates

/// What files of definitions declare together, and all their problems.
struct DefinitionReading: Sendable {
    /// A resource, and the stack that it belongs to.
    struct Declared: Sendable {
        let resource: AppliedResource
        let origin: String
    }

    private(set) var declared: [Declared] = []
    private(set) var notNeeded: [NotedResource] = []
    private(set) var unsupported: [NotedResource] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// Names under which a template's values can be imported, with the stack.
    private(set) var exports: [(name: String, value: String, origin: String)] = []
    /// The stacks of all files.
    private(set) var origins: Set<String> = []

    /// Reads files, in their order; what one exports the next may import.
    ///
    /// Blocks.
    /// - Parameters:
    ///   - order: the files with parameters.
    ///   - origin: what the resources belong to, whatever the files are called; nil: the stack, or each file's own.
    ///   - home: whose parameters and secrets may be asked for.
    ///   - exports: what other stacks export.
    init(_ order: DefinitionOrder, origin: String? = nil, home: Home, exports: [String: String]) {
        var known = exports
        let texts = order.files.map { Array($0.text.utf8) }
        let names = texts.map { TemplateReader.parameterNames(of: $0) }
        for (index, file) in order.files.enumerated() {
            let stack = order.stack ?? Self.stackName(of: file.name)
            let reading = TemplateReader.read(
                texts[index],
                file: file.name,
                parameters: order.parameters.filter { names[index].contains($0.key) },
                context: Self.context(stack: stack, home: home, exports: known)
            )
            add(reading, origin: origin ?? (reading.kind == .template ? stack : order.stack ?? file.name))
            for output in reading.outputs {
                if let name = output.export { known[name] = output.value }
            }
        }
        for name in order.parameters.keys.sorted() where !names.contains(where: { $0.contains(name) }) {
            diagnostics.append(
                Diagnostic(
                    .error,
                    "no file has a parameter `\(name)` (Parameters: [\(name)] do not exist in the template)",
                    at: SourceLocation(file: order.files.first?.name ?? "", line: 1, column: 1)
                )
            )
        }
        refuseDuplicates()
    }

    private mutating func add(_ reading: TemplateReading, origin: String) {
        origins.insert(origin)
        declared += reading.resources.map { Declared(resource: $0, origin: origin) }
        notNeeded += reading.notNeeded
        unsupported += reading.unsupported
        diagnostics += reading.diagnostics
        for output in reading.outputs {
            if let name = output.export { exports.append((name, output.value, origin)) }
        }
        for buildspec in reading.buildspecs {
            let read = BuildspecReader.read(Array(buildspec.text.utf8), file: buildspec.location.file)
            // What a build would be refused for does not keep a definition out.
            let refused = (read.buildspec?.refusals() ?? []).map { problem in
                Diagnostic(
                    .warning,
                    problem.message,
                    at: problem.location,
                    length: problem.length,
                    hint: problem.hint,
                    wireMessage: problem.wireMessage
                )
            }
            diagnostics += (read.diagnostics + refused).map { buildspec.placed($0) }
        }
    }

    private mutating func refuseDuplicates() {
        var places: [String: AppliedResource] = [:]
        for resource in declared.map(\.resource) {
            let key = "\(resource.kind) \(resource.name)"
            guard let first = places[key] else {
                places[key] = resource
                continue
            }
            // Both readings of one file tell it themselves.
            if first.location.file == resource.location.file { continue }
            diagnostics.append(
                Diagnostic(
                    .error,
                    "the \(resource.kind) `\(resource.name)` is declared at \(first.location) too",
                    at: resource.location
                )
            )
        }
    }

    /// A file's name without folders and endings.
    static func stackName(of file: String) -> String {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let stem = name.split(separator: ".", omittingEmptySubsequences: true).first.map(String.init) ?? name
        return stem.isEmpty ? "stack" : stem
    }

    private static func context(stack: String, home: Home, exports: [String: String]) -> TemplateContext {
        TemplateContext(
            stackName: stack,
            parameter: { name in
                let store = try? home.existingSecretStore()
                if let value = try? store?.parameter(name).value { return value }
                // What `cdk bootstrap` leaves in an account; templates ask for it and do nothing with it.
                return name.hasPrefix("/cdk-bootstrap/") && name.hasSuffix("/version") ? "21" : nil
            },
            secret: { reference in secret(reference, home: home) },
            export: { exports[$0] }
        )
    }

    /// The value that `ID:SecretString:KEY:STAGE:VERSION` names; everything behind the id may be missing.
    private static func secret(_ reference: String, home: Home) -> String? {
        var id = reference
        var rest: [String] = []
        let parts = reference.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if let mark = parts.lastIndex(of: "SecretString") {
            id = parts[..<mark].joined(separator: ":")
            rest = Array(parts[(mark + 1)...])
        }
        func part(_ index: Int) -> String? { rest.indices.contains(index) && !rest[index].isEmpty ? rest[index] : nil }
        do throws(SecretError) {
            guard let store = try home.existingSecretStore() else { return nil }
            let text = try store.secretText(id, stage: part(1), versionID: part(2))
            guard let key = part(0) else { return text.value }
            return try text.member(key)
        } catch {
            return nil
        }
    }
}
