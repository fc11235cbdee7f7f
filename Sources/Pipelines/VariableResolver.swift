// SPDX-License-Identifier: Apache-2.0

/// Puts the values of variables into texts.
package struct VariableResolver: Sendable {
    /// Why a text cannot be resolved.
    package struct Problem: Error, Sendable, Hashable {
        /// For a person: name, namespace, and what there is.
        package var message: String
    }

    /// By namespace: the values of `#{namespace.key}`.
    package let values: [String: [String: String]]

    /// The variables that an execution has now.
    package init(_ execution: PipelineExecution) {
        var values = execution.outputVariables
        values["codepipeline"] = ["PipelineExecutionId": execution.id]
        values["variables"] = execution.variables
        self.values = values
    }

    /// Variables by namespace.
    package init(values: [String: [String: String]]) {
        self.values = values
    }

    /// A text with all references replaced; the values that come in are not looked at again.
    ///
    /// * `form`: what a value is to look like at its place, which is counted in the UTF-8 of the text.
    ///
    /// - Throws: `Problem` for a namespace or a key that does not exist.
    package func resolve(
        _ text: String,
        form: (_ value: String, _ place: Int) -> String = { value, _ in value }
    ) throws(Problem) -> String {
        let references = VariableReference.all(in: text)
        guard !references.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var end = 0
        for reference in references {
            result += bytes[end..<reference.range.lowerBound]
            result += Array(form(try value(of: reference), reference.range.lowerBound).utf8)
            end = reference.range.upperBound
        }
        result += bytes[end...]
        return String(decoding: result, as: UTF8.self)
    }

    private func value(of reference: VariableReference) throws(Problem) -> String {
        guard let namespace = values[reference.namespace] else {
            let others = values.keys.sorted().joined(separator: ", ")
            throw Problem(
                message: """
                    The variable \(reference) cannot be resolved: no action that has ended in this execution has the \
                    namespace `\(reference.namespace)`. The namespaces that exist are: \(others).
                    """
            )
        }
        guard let value = namespace[reference.key] else {
            let keys = namespace.keys.sorted()
            let exist =
                keys.isEmpty
                ? "It has no variables at all."
                : "The keys that exist are: \(keys.joined(separator: ", "))."
            throw Problem(
                message: """
                    The variable \(reference) cannot be resolved: the namespace `\(reference.namespace)` has no key \
                    `\(reference.key)`. \(exist)
                    """
            )
        }
        return value
    }
}
