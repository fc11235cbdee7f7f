// SPDX-License-Identifier: Apache-2.0

package import JSON

/// The values of one JSON report, each with its path.
package struct MetricReport: Sendable, Hashable {
    /// Texts that are longer are no metrics.
    private static let textLimit = 100
    /// Values of a report that are looked at.
    private static let leafLimit = 200

    /// Which report, of which artifact.
    package struct Key: Sendable, Hashable, Comparable {
        package var artifact: String
        package var file: String

        package init(artifact: String, file: String) {
            self.artifact = artifact
            self.file = file
        }

        package static func < (left: Key, right: Key) -> Bool {
            (left.artifact, left.file) < (right.artifact, right.file)
        }
    }

    /// In the order of their paths.
    package let leaves: [(path: String, value: JSONValue)]
    /// How many more there are.
    package let moreLeaves: Int

    /// Flattens a report: members by `.`, elements by `[0]`; null, long texts and empty things are left out.
    package init(_ value: JSONValue) {
        var found: [(path: String, value: JSONValue)] = []
        var more = 0
        Self.collect(value, "", &found, &more)
        leaves = found
        moreLeaves = more
    }

    private static func collect(
        _ value: JSONValue,
        _ path: String,
        _ found: inout [(path: String, value: JSONValue)],
        _ more: inout Int
    ) {
        switch value {
        case .object(let members):
            for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                collect(member, path.isEmpty ? key : "\(path).\(key)", &found, &more)
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() { collect(element, "\(path)[\(index)]", &found, &more) }
        case .null: break
        case .string(let text) where text.utf8.count > textLimit || text.contains(where: \.isNewline): break
        case .number, .bool, .string:
            if found.count < leafLimit { found.append((path, value)) } else { more += 1 }
        }
    }

    package static func == (left: MetricReport, right: MetricReport) -> Bool {
        left.leaves.elementsEqual(right.leaves) { $0 == $1 } && left.moreLeaves == right.moreLeaves
    }

    package func hash(into hasher: inout Hasher) {
        for leaf in leaves { hasher.combine(leaf.path) }
    }

    /// Puts the values of two executions side by side: in the order of report and path, those that only the live one has last.
    package static func compare(
        _ reports: [Key: MetricReport],
        with live: [Key: MetricReport]
    ) -> [MetricComparison] {
        var result: [MetricComparison] = []
        for key in Set(reports.keys).union(live.keys).sorted() {
            let old = live[key]?.leaves ?? []
            var oldValues = Dictionary(old.map { ($0.path, $0.value) }) { first, _ in first }
            for leaf in reports[key]?.leaves ?? [] {
                result.append(
                    MetricComparison(
                        artifact: key.artifact,
                        file: key.file,
                        path: leaf.path,
                        value: leaf.value,
                        live: oldValues.removeValue(forKey: leaf.path)
                    )
                )
            }
            for leaf in old where oldValues[leaf.path] != nil {
                result.append(
                    MetricComparison(
                        artifact: key.artifact,
                        file: key.file,
                        path: leaf.path,
                        value: nil,
                        live: leaf.value
                    )
                )
            }
        }
        return result
    }
}
