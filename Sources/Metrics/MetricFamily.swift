// SPDX-License-Identifier: Apache-2.0

/// A metric with all of its samples, as it stands at one moment.
package struct MetricFamily: Sendable, Hashable {
    /// What its numbers are.
    package enum Kind: String, Sendable, Hashable {
        /// It only rises, or begins anew.
        case counter
        /// It rises and falls.
        case gauge
        /// How often something was how large.
        case histogram
    }

    /// By the conventions of Prometheus: `nacre_`, what it is, its unit; `_total` at the end of a counter.
    package let name: String
    /// One sentence.
    package let help: String
    package let kind: Kind
    package let samples: [MetricSample]

    package init(_ kind: Kind, _ name: String, _ help: String, _ samples: [MetricSample]) {
        precondition(Self.isName(name), "\(name) is no name of a metric")
        self.name = name
        self.help = help
        self.kind = kind
        self.samples = samples
    }

    /// A single number; a family without samples where there is none.
    package init(_ kind: Kind, _ name: String, _ help: String, _ value: Double?) {
        self.init(kind, name, help, value.map { [MetricSample($0)] } ?? [])
    }

    private static func isName(_ name: String) -> Bool {
        name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: false
            }
        } && name.utf8.first.map { $0 > UInt8(ascii: "9") } ?? false
    }
}
