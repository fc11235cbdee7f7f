// SPDX-License-Identifier: Apache-2.0

internal import Retention

/// Settings as a configuration file says them.
extension DaemonSettings {
    /// A file that means the same.
    package var text: String {
        var lines: [String] = []
        if let jobs { lines.append("jobs: \(jobs)") }
        lines += Self.lines(retention, indent: "", isOfAll: true)
        if !projects.isEmpty { lines.append("projects:") }
        for (name, policy) in projects.sorted(by: { $0.key < $1.key }) {
            let body = Self.lines(policy, indent: "    ")
            lines.append("  \(Self.quoted(name)):" + (body.isEmpty ? " {}" : ""))
            lines += body
        }
        lines.append("reserve: \(reserve)")
        lines.append("approvers: \(approvers.rawValue)")
        return lines.map { $0 + "\n" }.joined()
    }

    private static func lines(_ policy: RetentionPolicy, indent: String, isOfAll: Bool = false) -> [String] {
        var lines: [String] = []
        // Where the file says nothing of it, there is a limit.
        if let age = policy.age ?? (isOfAll ? .max : nil) {
            lines.append("age: " + (age == .max ? "unlimited" : SettingsQuantity.text(milliseconds: age)))
        }
        if let count = policy.count { lines.append("count: " + (count == .max ? "unlimited" : String(count))) }
        if let bytes = policy.bytes { lines.append("bytes: " + (bytes == .max ? "unlimited" : String(bytes))) }
        switch policy.freeSpace {
        case .bytes(let bytes): lines.append("free-space: \(bytes)")
        case .share(let share): lines.append("free-space: \(SettingsQuantity.text(share: share))")
        case nil: break
        }
        if lines.isEmpty { return [] }
        return ["\(indent)retention:"] + lines.map { "\(indent)  \($0)" }
    }

    private static func quoted(_ name: String) -> String {
        var text = "\""
        for scalar in name.unicodeScalars {
            if scalar == "\"" || scalar == "\\" {
                text += "\\\(scalar)"
            } else if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                let digits = String(scalar.value, radix: 16)
                text += "\\x" + (digits.count == 1 ? "0" : "") + digits
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
