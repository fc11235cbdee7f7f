// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import WireWords

/// The words and numbers that builds' types have in common.
extension JSONMember {
    func time() throws -> Timestamp {
        try text("a time", as: Timestamp.init(text:))
    }

    func status() throws -> BuildStatus {
        try text("a status of a build", as: BuildStatus.init(rawValue:))
    }

    func phase() throws -> PhaseType {
        try text("a phase of a build", as: PhaseType.init(rawValue:))
    }

    func int64() throws -> Int64 {
        Int64(try integer())
    }
}
