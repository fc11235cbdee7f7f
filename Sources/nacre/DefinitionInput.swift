// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Diagnostics
import Files
import Glibc

/// What `nacre apply` and `nacre diff` take, and what both show.
enum DefinitionInput {
    /// The daemon takes that much in one request.
    private static let limitBytes = 12 << 20

    static let files = ArgumentDescription(
        "FILE",
        .atLeastOne,
        .file,
        help: "a pipeline's JSON or YAML, a project's JSON, or a CloudFormation template; `-` for standard input"
    )
    static let options = [
        OptionDescription("parameter", value: "K=V", isRepeatable: true, help: "the value of a template's parameter"),
        OptionDescription(
            "stack",
            value: "NAME",
            default: "the file's name",
            help: "what the resources belong to; a template's names are made from it"
        ),
        OptionDescription(flag: "json", help: "write JSON"),
    ]

    /// Reads the files and what else the command line says.
    static func order(_ arguments: ParsedArguments) throws -> DefinitionOrder {
        var order = DefinitionOrder(files: [], stack: arguments.string("stack"))
        for text in arguments.all("parameter") {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw arguments.error("parameter", "must be NAME=VALUE, not '\(text)'")
            }
            order.parameters[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        var total = 0
        for name in arguments.all("FILE") {
            let bytes: [UInt8]
            do throws(FileError) {
                bytes =
                    try name == "-"
                    ? Descriptor.open("/dev/stdin", O_RDONLY).readToEnd(limit: limitBytes)
                    : AtomicFile.read(name, limit: limitBytes)
            } catch {
                let message = error.code == EISDIR ? "\(name) is a folder; name the files in it" : "\(error)"
                throw VerbError(error.code == ENOENT ? .notFound : .usage, message)
            }
            total += bytes.count
            if total > limitBytes {
                throw VerbError(.usage, "the files have more than \(ByteText.text(Int64(limitBytes))) together")
            }
            let shown = name == "-" ? "standard input" : name
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw VerbError(.invalidFile, "\(shown) is not UTF-8; save it as UTF-8")
            }
            order.files.append(DefinitionFile(name: shown, text: text))
        }
        return order
    }

    /// Asks the daemon for the plan, or to carry it out.
    static func ask(_ order: DefinitionOrder, _ context: VerbContext) throws -> DefinitionPlan {
        guard case .definition(.plan(let plan)) = try context.ask(.definition(.apply(order))) else {
            throw VerbError(.fault, "the daemon gave another answer than a plan")
        }
        return plan
    }

    /// Shows the problems of the files, each with its line.
    static func showProblems(_ plan: DefinitionPlan, _ order: DefinitionOrder, _ context: VerbContext) {
        var rest = plan.diagnostics
        for file in order.files {
            let own = rest.filter { $0.location.file == file.name }
            rest.removeAll { $0.location.file == file.name }
            let renderer = DiagnosticRenderer(source: Array(file.text.utf8), usesColor: context.usesColor)
            context.errors.write(renderer.render(own))
        }
        context.errors.write(DiagnosticRenderer(source: [], usesColor: false).render(rest))
        if !plan.diagnostics.isEmpty { context.tell(plan.diagnostics.summary) }
    }
}
