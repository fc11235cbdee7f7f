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
    /// Which operation of the subject's, from 1; 0 and one beyond the last stop nobody.
    let number: Int
    /// Only operations of this sort are counted; empty: all are.
    var sort = ""
    /// Whether the operation itself is still done.
    var isAfter = false

    init(_ subject: Subject, _ number: Int, of sort: String = "", isAfter: Bool = false) {
        self.subject = subject
        self.number = number
        self.sort = sort
        self.isAfter = isAfter
    }

    /// Reads what `description` says: `machine/strict:7@nacre/fdatasync/nacre.db-wal`, the seventh of the sort that follows the
    /// `@`; `supervisor/2:13+`, the 13th of all (`+`: after the operation).
    init?(_ text: Substring) {
        let parts = text.split(separator: "@", maxSplits: 1)
        guard let head = parts.first else { return nil }
        let sort = parts.count > 1 ? String(parts[1]) : ""
        let isAfter = head.hasSuffix("+")
        let words = head.dropLast(isAfter ? 1 : 0).split(separator: ":")
        guard words.count == 2, let number = Int(words[1]) else { return nil }
        let subject = words[0].split(separator: "/")
        switch subject.first {
        case "daemon": self.init(.daemon, number, of: sort, isAfter: isAfter)
        case "supervisor":
            guard let ordinal = subject.last.flatMap({ Int($0) }) else { return nil }
            self.init(.supervisor(ordinal), number, of: sort, isAfter: isAfter)
        case "machine":
            let cut = subject.count > 1 ? String(subject[1]) : "strict"
            self.init(.machine(cut: cut), number, of: sort, isAfter: isAfter)
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
        return "\(name):\(number)\(isAfter ? "+" : "")\(sort.isEmpty ? "" : "@\(sort)")"
    }

    /// Whether everything ends there, what nobody may lose with it.
    var isPowerCut: Bool { subject.kind == "machine" }

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
        let which = ["--stop", String(number)] + (sort.isEmpty ? [] : ["--sort", sort])
        return who + which + (isAfter ? ["--after"] : [])
    }
}
