// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// What reading a file of definitions gave.
package struct TemplateReading: Sendable, Hashable {
    /// What a file is, by its content.
    package enum Kind: Sendable, Hashable {
        /// One pipeline: the tree of `get-pipeline`.
        case pipeline
        /// Projects: the tree of `create-project` or `batch-get-projects`.
        case projects
        /// A CloudFormation template.
        case template
    }

    /// Nil for a file that is none of these.
    package var kind: Kind?
    /// What is to be carried out, in the order of the file; complete only where no diagnostic is an error.
    package var resources: [AppliedResource] = []
    /// What is not needed here: roles, policies, log groups and the like.
    package var notNeeded: [NotedResource] = []
    /// What a person would expect to work and what is not carried out here; each has a warning as well.
    package var unsupported: [NotedResource] = []
    package var outputs: [TemplateOutput] = []
    /// The buildspecs written into the projects.
    package var buildspecs: [InlineBuildspec] = []
    /// Every problem, in the order of the file.
    package var diagnostics: [Diagnostic] = []

    package init(kind: Kind?) {
        self.kind = kind
    }
}
