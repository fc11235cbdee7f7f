// SPDX-License-Identifier: Apache-2.0

internal import Builds
internal import Pipelines

/// `#{…}` and `${…}` are replaced once, and nothing else is.
struct VariableTarget: FuzzTarget {
    let name = "variable"
    let seeds = [
        "#{src.CommitId} and #{variables.v}", "#{n.X}#{n.Y}#{n.unknown}", "#{#{n.X}}", "${HOME}/$A-${A}b$$",
        "# {n.X} #{n.} #{.X} #{n.X",
    ].map { Array($0.utf8) }
    let words = [
        "#{", "}", "n", ".", "X", "#{n.X}", "#{n.Y}", "#{codepipeline.PipelineExecutionId}", "$", "${A}", "${", "$A",
        "A", "-", "é",
    ]

    private static let values = ["n": ["X": "#{n.Y}", "Y": "${A}", "": "never"], "src": ["CommitId": ""]]

    func check(_ input: [UInt8]) throws {
        let text = String(decoding: input, as: UTF8.self)
        try checkReferences(text)
        let values = ["A": "$B${A}", "HOME": "/h", "B": "never"]
        let expanded = VariableText.expand(text, values)
        if !text.contains("$") {
            try FuzzFailure.unless(expanded == text, "without variables it becomes \(expanded.debugDescription)")
        }
        try FuzzFailure.unless(expanded.utf8.count <= text.utf8.count * 4, "it becomes \(expanded.utf8.count) bytes")
    }

    private func checkReferences(_ text: String) throws {
        let bytes = Array(text.utf8)
        let references = VariableReference.all(in: text)
        var end = 0
        var expected: [UInt8] = []
        var isKnown = true
        for reference in references {
            try FuzzFailure.unless(
                reference.range.lowerBound >= end && reference.range.upperBound <= bytes.count
                    && bytes[reference.range].elementsEqual(reference.description.utf8),
                "\(reference) is not at \(reference.range)"
            )
            expected += bytes[end..<reference.range.lowerBound]
            end = reference.range.upperBound
            guard let value = Self.values[reference.namespace]?[reference.key] else {
                isKnown = false
                continue
            }
            expected += value.utf8
        }
        expected += bytes[end...]
        let outcome: Result<String, VariableResolver.Problem>
        do throws(VariableResolver.Problem) {
            let resolved = try VariableResolver(values: Self.values).resolve(text)
            outcome = .success(resolved)
        } catch {
            outcome = .failure(error)
        }
        switch outcome {
        case .success(let resolved):
            try FuzzFailure.unless(isKnown, "what is not there is replaced by \(resolved.debugDescription)")
            try FuzzFailure.unless(resolved.utf8.elementsEqual(expected), "it becomes \(resolved.debugDescription)")
        case .failure(let problem): try FuzzFailure.unless(!isKnown, "it is refused: \(problem.message)")
        }
    }
}
