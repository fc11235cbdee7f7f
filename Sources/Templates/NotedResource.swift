// SPDX-License-Identifier: Apache-2.0

package import Diagnostics

/// A resource of a template with which Nacre does nothing.
package struct NotedResource: Sendable, Hashable {
    /// Such as `AWS::IAM::Role`.
    package var type: String
    /// Its key among the template's `Resources`.
    package var logicalID: String
    package var location: SourceLocation
    /// Why nothing is done, half a sentence for a person, such as `permissions are not needed here`.
    package var reason: String

    package init(type: String, logicalID: String, location: SourceLocation, reason: String) {
        self.type = type
        self.logicalID = logicalID
        self.location = location
        self.reason = reason
    }
}
