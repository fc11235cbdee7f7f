// SPDX-License-Identifier: Apache-2.0

package import JSON
package import WireWords

/// One line of `events.jsonl`: what happened in a build, in order, for those who watch it while it runs.
package struct BuildEvent: Sendable, Hashable, JSONRepresentable {
    /// The line's kind; each kind's fields only ever grow.
    package enum Kind: String, Sendable, Hashable {
        /// The supervisor has begun: from here on user commands may have run.
        case started = "build-started"
        /// A phase began.
        case phaseStarted = "phase-started"
        /// A phase ended; `phase` is complete.
        case phaseFinished = "phase-finished"
        /// The build is held for debugging, and waits for a person.
        case paused = "build-paused"
        /// It goes on.
        case resumed = "build-resumed"
        /// All is over; `result.json` follows at once.
        case finished = "build-finished"
    }

    package var kind: Kind
    package var time: Timestamp
    package var phase: Build.Phase?
    package var buildStatus: BuildStatus?

    package init(_ kind: Kind, at time: Timestamp, phase: Build.Phase? = nil, buildStatus: BuildStatus? = nil) {
        self.kind = kind
        self.time = time
        self.phase = phase
        self.buildStatus = buildStatus
    }

    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        kind = try members.at("kind").text("a kind of event", as: Kind.init(rawValue:))
        time = try members.at("time").time()
        phase = try members.find("phase")?.read(Build.Phase.init)
        buildStatus = try members.find("buildStatus")?.status()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("buildStatus", buildStatus?.rawValue)
        writer.set("kind", kind.rawValue)
        writer.set("phase", phase)
        writer.set("time", time.text)
    }
}
