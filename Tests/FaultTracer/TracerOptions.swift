// SPDX-License-Identifier: Apache-2.0

import Files
import Glibc

/// What `fault-tracer` is asked to do.
struct TracerOptions {
    static let usage = """
        fault-tracer --below FOLDER --report FILE [--of daemon|supervisor:N|machine] [--stop N] [--sort SORT] \
        [--after] [--cut strict|data|SEED] PROGRAM ARGUMENT…
        """
    /// The exit code where it cannot do its work.
    static let failureCode: Int32 = 125

    /// Whose operations count, and who is killed at the stop.
    enum Subject: Equatable {
        /// The program itself, with all its threads; what it has started goes on.
        case daemon
        /// The n-th supervisor that it starts, counted from 1, alone.
        case supervisor(Int)
        /// The program and everything that it starts: the power goes off.
        case machine
    }

    /// The real path of the folder whose files count.
    var folder = ""
    /// The list of the operations is written here, one a line as it comes.
    var report = ""
    var subject = Subject.daemon
    /// The number of the operation, from 1; 0: none.
    var stop = 0
    /// Only operations of this sort are counted for it, as the report spells it; empty: all are.
    var sort = ""
    /// Whether the operation is done before the stop.
    var isAfter = false
    /// What a power cut leaves of what was not synced.
    var cut: PowerCut.Manner?
    var arguments: [String] = []

    /// - Returns: nil when they make no sense.
    init?(_ words: [String]) {
        var rest = words[...]
        while let word = rest.first, word.hasPrefix("--") {
            rest.removeFirst()
            if word == "--after" {
                isAfter = true
                continue
            }
            guard let value = rest.popFirst(), take(word, value) else { return nil }
        }
        arguments = Array(rest)
        if folder.isEmpty || report.isEmpty || arguments.isEmpty { return nil }
    }

    private mutating func take(_ name: String, _ value: String) -> Bool {
        switch name {
        case "--below":
            guard let path = Paths.real(value) else { return false }
            folder = path
        case "--report": report = value
        case "--stop":
            guard let number = Int(value) else { return false }
            stop = number
        case "--sort": sort = value
        case "--cut":
            guard let manner = PowerCut.Manner(value) else { return false }
            cut = manner
        case "--of":
            let words = value.split(separator: ":")
            switch words.first {
            case "daemon": subject = .daemon
            case "machine": subject = .machine
            case "supervisor": subject = .supervisor(words.count > 1 ? Int(words[1]) ?? 1 : 1)
            default: return false
            }
        default: return false
        }
        return true
    }
}

/// Ends the program at once.
func exitWith(_ code: Int32) -> Never {
    _exit(code)
}
