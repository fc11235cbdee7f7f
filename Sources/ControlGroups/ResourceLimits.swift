// SPDX-License-Identifier: Apache-2.0

/// The most that a group of processes may take together; nil: no limit.
package struct ResourceLimits: Sendable, Hashable {
    /// Memory and swap together.
    package var memoryBytes: Int64?
    /// Processor time for each second, in processors: 0.5 is half of one.
    package var cpus: Double?
    /// Processes and threads at once.
    package var processes: Int?

    package init(memoryBytes: Int64? = nil, cpus: Double? = nil, processes: Int? = nil) {
        self.memoryBytes = memoryBytes
        self.cpus = cpus
        self.processes = processes
    }

    /// Whether nothing is limited.
    package var isEmpty: Bool { self == ResourceLimits() }

    /// The controllers that the limits need, in the order of their names.
    var controllers: [String] {
        var names: [String] = []
        if cpus != nil { names.append("cpu") }
        if memoryBytes != nil { names.append("memory") }
        if processes != nil { names.append("pids") }
        return names
    }

    /// The limit as a person wrote it: `512 MiB`, `2 GiB`, and bytes where it is no whole number of either.
    package static func text(bytes: Int64) -> String {
        for (shift, unit) in [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")] where bytes >= 1 << shift {
            if bytes % (1 << shift) == 0 { return "\(bytes >> shift) \(unit)" }
        }
        return "\(bytes) bytes"
    }
}
