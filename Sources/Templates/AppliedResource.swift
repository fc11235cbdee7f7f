// SPDX-License-Identifier: Apache-2.0

package import Diagnostics
package import Events
package import Pipelines

/// A resource that a file declares and that Nacre carries out.
package struct AppliedResource: Sendable, Hashable {
    /// What it is.
    package enum Value: Sendable, Hashable {
        /// A pipeline.
        ///
        /// `assumesRules`: the file cannot say what starts it, so that each of its sources is watched. False for a pipeline of a
        /// CloudFormation template, which says so itself.
        case pipeline(PipelineDefinition, assumesRules: Bool, disabledTransitions: [DisabledTransition])
        case project(BuildProject)
        /// A repository of CodeCommit.
        case repository(name: String, description: String?)
        /// A parameter of the Parameter Store; `type` is `String` or `StringList`.
        case parameter(name: String, type: String, value: String)
        case bucket(name: String, isVersioned: Bool)
        case rule(EventRule)
        /// An application of Elastic Beanstalk.
        case application(name: String)
        /// An environment of Elastic Beanstalk.
        case environment(EnvironmentDeclaration)
    }

    /// Its key among a template's `Resources`; nil in a file that is no template.
    package var logicalID: String?
    /// Where it stands.
    package var location: SourceLocation
    package var value: Value

    package init(logicalID: String?, location: SourceLocation, value: Value) {
        self.logicalID = logicalID
        self.location = location
        self.value = value
    }
}

extension AppliedResource {
    /// What it is, for a person, such as `pipeline`.
    package var kind: String {
        switch value {
        case .pipeline: "pipeline"
        case .project: "project"
        case .repository: "repository"
        case .parameter: "parameter"
        case .bucket: "bucket"
        case .rule: "rule"
        case .application: "application"
        case .environment: "environment"
        }
    }

    /// Its own name, unique among those of its kind.
    package var name: String {
        switch value {
        case .pipeline(let definition, _, _): definition.name
        case .project(let project): project.name
        case .repository(let name, _), .parameter(let name, _, _), .bucket(let name, _), .application(let name): name
        case .rule(let rule): rule.name
        case .environment(let environment): environment.name
        }
    }
}
