// SPDX-License-Identifier: Apache-2.0

/// An operation on a file at which somebody is stopped by SIGKILL, or all by a power cut.
struct StopPoint: Sendable, Hashable, CustomStringConvertible {
    /// Who is stopped.
    enum Subject: Sendable, Hashable {
        case daemon
        /// The n-th supervisor that the daemon starts.
        case supervisor(Int)
        /// Everything; of what was not synced, the disk loses what the manner says: `strict`, `data` or a seed.
        case machine(cut: String)

        /// The case alone.
        var kind: Substring { "\(self)".prefix { $0 != "(" } }
    }

    let subject: Subject
    /// Which operation of the subject's, from 1; one beyond the last stops nobody.
    let number: Int
    /// Whether the operation itself is still done.
    var isAfter = false

    init(_ subject: Subject, _ number: Int, isAfter: Bool = false) {
        self.subject = subject
        self.number = number
        self.isAfter = isAfter
    }

    /// Reads what `description` says: `daemon:57`, `supervisor/2:13+` (`+`: after the operation), `machine/strict:88`.
    init?(_ text: Substring) {
        let isAfter = text.hasSuffix("+")
        let words = text.dropLast(isAfter ? 1 : 0).split(separator: ":")
        guard words.count == 2, let number = Int(words[1]) else { return nil }
        let subject = words[0].split(separator: "/")
        switch subject.first {
        case "daemon": self.init(.daemon, number, isAfter: isAfter)
        case "supervisor":
            guard let ordinal = subject.last.flatMap({ Int($0) }) else { return nil }
            self.init(.supervisor(ordinal), number, isAfter: isAfter)
        case "machine":
            self.init(.machine(cut: subject.count > 1 ? String(subject[1]) : "strict"), number, isAfter: isAfter)
        default: return nil
        }
    }

    var description: String {
        let name =
            switch subject {
            case .daemon: "daemon"
            case .supervisor(let ordinal): "supervisor/\(ordinal)"
            case .machine(let cut): "machine/\(cut)"
            }
        return "\(name):\(number)\(isAfter ? "+" : "")"
    }

    /// Whether it leaves some files as they were and others not, as no sensible disk would, but any may.
    var isSeeded: Bool {
        if case .machine(let cut) = subject { return Int(cut) != nil }
        return false
    }

    /// What `fault-tracer` is told.
    var options: [String] {
        let who =
            switch subject {
            case .daemon: ["--of", "daemon"]
            case .supervisor(let ordinal): ["--of", "supervisor:\(ordinal)"]
            case .machine(let cut): ["--of", "machine", "--cut", cut]
            }
        return who + ["--stop", String(number)] + (isAfter ? ["--after"] : [])
    }
}
