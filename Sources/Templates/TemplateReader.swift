// SPDX-License-Identifier: Apache-2.0

internal import Diagnostics
internal import Pipelines

/// Reads pipelines, projects and CloudFormation templates: every problem is reported at once.
package enum TemplateReader {
    /// Of these keys each definition has one at its top.
    private static let tellingKeys = [
        "Resources", "AWSTemplateFormatVersion", "pipeline", "stages", "Stages", "project", "name", "Name",
    ]

    /// Reads a file; asks only the context, and no input makes it crash or take long.
    /// - Parameters:
    ///   - bytes: the whole file, YAML or JSON.
    ///   - file: its name for locations.
    ///   - parameters: values for a template's parameters.
    ///   - context: what the template may ask.
    /// - Returns: what the file declares, and all problems; it may be used where none of them is an error.
    package static func read(
        _ bytes: [UInt8],
        file: String,
        parameters: [String: String] = [:],
        context: TemplateContext
    ) -> TemplateReading {
        var problems = Problems()
        var reading = TemplateReading(kind: nil)
        let tree = FileTree.read(bytes, file: file, &problems)
        reading.kind = tree.shape.flatMap(kind)
        if let root = tree.root {
            switch reading.kind {
            case .pipeline: readPipeline(root, &reading, &problems)
            case .projects: readProjects(root, &reading, &problems)
            case .template:
                var template = Template(root: root, file: file, context: context, problems: problems)
                template.read(parameters: parameters, into: &reading)
                problems = template.problems
            case nil: refuse(root, &problems)
            }
        }
        reading.diagnostics = problems.sorted()
        return reading
    }

    /// The names of a template's parameters, so that values can be shared out among several files; none for other files.
    package static func parameterNames(of bytes: [UInt8]) -> Set<String> {
        var problems = Problems()
        let root = FileTree.read(bytes, file: "", &problems).root
        return Set((root?["Parameters"]?.entries ?? []).map(\.name))
    }

    /// Whether a file may declare anything, which its bytes tell without its being read.
    package static func mayBeDefinition(_ bytes: [UInt8]) -> Bool {
        WordSearch.finds(anyOf: tellingKeys, in: bytes)
    }

    /// What a file is, by its content alone; nil for one that is no definition of Nacre's.

    private static func kind(of root: Node) -> TemplateReading.Kind? {
        func has(_ key: String) -> Bool { root.entry(key) != nil }
        if has("Resources") || has("AWSTemplateFormatVersion") { return .template }
        if root["pipeline"]?.entries != nil || has("stages") || has("Stages") { return .pipeline }
        if has("phases") { return nil }
        if root["projects"]?.items != nil || root["project"]?.entries != nil { return .projects }
        if has("name"), has("source") || has("environment") || has("artifacts") { return .projects }
        if has("Name"), has("Source") || has("Environment") { return .projects }
        return nil
    }

    private static func refuse(_ root: Node, _ problems: inout Problems) {
        if root.entry("phases") != nil {
            problems.error(
                "this is a buildspec; it declares no pipeline, project or template",
                at: root.place,
                hint: "name it as the buildspec of a project"
            )
            return
        }
        problems.error(
            "this is neither a pipeline nor a project nor a CloudFormation template",
            at: root.place,
            hint: "a pipeline has `stages`, a project `source` and `environment`, a template `Resources`"
        )
    }

    // MARK: - Trees of the API

    private static func readPipeline(_ root: Node, _ reading: inout TemplateReading, _ problems: inout Problems) {
        var tree = root
        var prefix = ""
        if let inner = root["pipeline"] {
            (tree, prefix) = (inner, "pipeline")
            // What `get-pipeline` gives back, and what `create-pipeline` takes.
            for entry in root.entries ?? [] where !["pipeline", "metadata", "tags"].contains(entry.name) {
                problems.error(
                    "the file has the unknown key `\(entry.name)`",
                    at: entry.place,
                    hint: "known keys: `pipeline`, `metadata`, `tags`"
                )
            }
        }
        let keyCase: KeyCase = tree.entry("Stages") != nil ? .pascal : .camel
        var builder = TreeBuilder(keyCase: keyCase, prefix: prefix, problems: problems)
        if let definition = builder.pipeline(tree) {
            let disabled = builder.disabledTransitions(tree, of: definition)
            reading.resources.append(
                AppliedResource(
                    logicalID: nil,
                    location: tree.place.location,
                    value: .pipeline(definition, assumesRules: true, disabledTransitions: disabled)
                )
            )
        }
        problems = builder.problems
    }

    private static func readProjects(_ root: Node, _ reading: inout TemplateReading, _ problems: inout Problems) {
        let list: [(node: Node, path: String)]
        if let items = root["projects"]?.items {
            list = items.enumerated().map { ($0.element, "projects[\($0.offset)]") }
        } else if let project = root["project"] {
            list = [(project, "project")]
        } else {
            list = [(root, "")]
        }
        let keyCase: KeyCase = root.entry("Name") != nil ? .pascal : .camel
        for (node, path) in list {
            var builder = TreeBuilder(keyCase: keyCase, problems: problems)
            if let project = builder.project(node, path: path) { reading.add(project, node, logicalID: nil, keyCase) }
            problems = builder.problems
        }
    }
}

extension TemplateReading {
    /// Adds a project, and the buildspec that is written into it.
    mutating func add(
        _ project: BuildProject,
        _ node: Node,
        logicalID: String?,
        _ keyCase: KeyCase,
        at place: Node.Place? = nil
    ) {
        let location = (place ?? node.place).location
        resources.append(AppliedResource(logicalID: logicalID, location: location, value: .project(project)))
        let text = node[keyCase.written("source")]?[keyCase.written("buildspec")]
        guard let text, let buildspec = project.buildspec, InlineBuildspec.isInline(buildspec) else { return }
        buildspecs.append(
            InlineBuildspec(
                project: project.name,
                text: buildspec,
                location: text.place.location,
                length: text.place.length,
                indentation: text.indentation
            )
        )
    }
}
