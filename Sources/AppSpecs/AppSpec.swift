// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// What CodeDeploy is to do with a revision on a machine: the content of an `appspec.yml`.
///
/// Source: "CodeDeploy AppSpec file reference", CodeDeploy user guide.
package struct AppSpec: Sendable, Hashable {
    /// What is copied where: an item of `files`.
    package struct FileRule: Sendable, Hashable {
        /// A file or folder of the revision; `/` for all of it.
        package var source: Located<String>
        /// The folder that it is put into; absolute.
        package var destination: Located<String>
    }

    /// What happens where a file is that no deployment has put there: `file_exists_behavior`.
    package enum FileExistsBehavior: String, Sendable, Hashable, CaseIterable {
        /// The deployment fails.
        case disallow = "DISALLOW"
        /// The revision's file takes its place.
        case overwrite = "OVERWRITE"
        /// It stays.
        case retain = "RETAIN"
    }

    /// Rights of installed files and folders: an item of `permissions`.
    package struct Permission: Sendable, Hashable {
        /// What they are for: `type`.
        package enum Kind: String, Sendable, Hashable, CaseIterable {
            case file, directory
        }

        /// An installed file, or a folder whose content is meant; absolute.
        package var object: Located<String>
        /// `**` for everything in the folder, else a pattern with `*` for names directly in it.
        package var pattern: String
        /// Patterns of names directly in the folder that are left out.
        package var exceptions: [String]
        package var owner: Located<String>?
        package var group: Located<String>?
        /// The permission bits.
        package var mode: UInt32?
        package var kinds: Set<Kind>
    }

    /// A script of a lifecycle event.
    package struct Script: Sendable, Hashable {
        /// Relative to the revision.
        package var location: Located<String>
        package var timeoutSeconds: Int
        /// The user that it runs as; nil: who deploys.
        package var runAs: Located<String>?
    }

    package var files: [FileRule]
    package var fileExistsBehavior: FileExistsBehavior
    package var permissions: [Permission]
    /// In the order in which they run.
    package var hooks: [LifecycleEvent: [Script]]

    package init() {
        files = []
        fileExistsBehavior = .disallow
        permissions = []
        hooks = [:]
    }
}
