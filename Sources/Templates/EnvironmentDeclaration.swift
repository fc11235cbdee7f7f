// SPDX-License-Identifier: Apache-2.0

/// An environment of Elastic Beanstalk, as a template declares it.
package struct EnvironmentDeclaration: Sendable, Hashable, Codable {
    /// One entry of `OptionSettings`.
    package struct Option: Sendable, Hashable, Codable {
        /// Such as `aws:autoscaling:asg`.
        package var namespace: String
        package var name: String
        package var value: String

        package init(namespace: String, name: String, value: String) {
            self.namespace = namespace
            self.name = name
            self.value = value
        }
    }

    /// The namespace of the variables that the application is given.
    package static let variableNamespace = "aws:elasticbeanstalk:application:environment"

    package var application: String
    package var name: String
    /// Such as `64bit Amazon Linux 2 v3.4.19 running Docker`; nil where a platform's ARN or nothing is given.
    package var solutionStack: String?
    package var description: String?
    /// What the application finds in its environment: the options of ``variableNamespace``.
    package var variables: [String: String]
    /// All other options, in the order of the file.
    package var options: [Option]

    package init(
        application: String,
        name: String,
        solutionStack: String? = nil,
        description: String? = nil,
        variables: [String: String] = [:],
        options: [Option] = []
    ) {
        self.application = application
        self.name = name
        self.solutionStack = solutionStack
        self.description = description
        self.variables = variables
        self.options = options
    }
}
