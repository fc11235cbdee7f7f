// SPDX-License-Identifier: Apache-2.0

package import JSON

/// An action of a stage.
package struct ActionDeclaration: Sendable, Hashable {
    /// An artifact that the action makes.
    package struct Output: Sendable, Hashable {
        package var name: String
        /// Globs of the files in it; only of a `Commands` action.
        package var files: [String]

        package init(name: String, files: [String] = []) {
            self.name = name
            self.files = files
        }
    }

    /// A variable given to the commands of a `Commands` action.
    package struct Environment: Sendable, Hashable, Codable {
        package var name: String
        package var value: String
        /// `PLAINTEXT`, `SECRETS_MANAGER`; nil: `PLAINTEXT`.
        package var type: String?

        package init(name: String, value: String, type: String? = nil) {
            self.name = name
            self.value = value
            self.type = type
        }
    }

    package var name: String
    package var type: ActionTypeID
    /// 1–999; equal ones run side by side.
    package var runOrder: Int
    package var configuration: [String: String]
    package var commands: [String]
    package var inputArtifacts: [String]
    package var outputArtifacts: [Output]
    package var outputVariables: [String]
    package var environmentVariables: [Environment]
    package var namespace: String?
    package var timeoutInMinutes: Int?
    /// `region`, `roleArn`: no effect here, given back as they came.
    package var unused: [String: JSONValue]

    package init(name: String, type: ActionTypeID) {
        self.name = name
        self.type = type
        runOrder = 1
        configuration = [:]
        commands = []
        inputArtifacts = []
        outputArtifacts = []
        outputVariables = []
        environmentVariables = []
        unused = [:]
    }
}
