// SPDX-License-Identifier: Apache-2.0

/// What a template may ask of the machine that it is read on.
package struct TemplateContext: Sendable {
    /// What becomes of a value that is asked for and not there.
    package enum Missing: Sendable {
        /// It is an error: the template is to be applied.
        case isError
        /// Something of the right kind stands in for it: the template is only checked.
        case isPlaceholder
    }

    /// `AWS::StackName`, from which names are made; nil: the file's name without folders and endings.
    package var stackName: String?
    /// `AWS::Region`.
    package var region = "us-east-1"
    /// `AWS::AccountId`.
    package var account = "000000000000"
    package var missing: Missing
    /// The value of a parameter of the Parameter Store, by name, or `NAME:VERSION`; nil for one that is not there.
    package var parameter: @Sendable (_ name: String) -> String?
    /// The text of a secret; the reference is what follows `{{resolve:secretsmanager:`, such as `id:SecretString:key`.
    package var secret: @Sendable (_ reference: String) -> String?
    /// What another template exports under a name.
    package var export: @Sendable (_ name: String) -> String?

    package init(
        stackName: String? = nil,
        missing: Missing = .isError,
        parameter: @escaping @Sendable (String) -> String? = { _ in nil },
        secret: @escaping @Sendable (String) -> String? = { _ in nil },
        export: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.stackName = stackName
        self.missing = missing
        self.parameter = parameter
        self.secret = secret
        self.export = export
    }

    /// For checking a file where nothing can be asked.
    package static let check = TemplateContext(missing: .isPlaceholder)
}
