// SPDX-License-Identifier: Apache-2.0

import CommandLines
import Control
import Files

/// `nacre metrics`.
enum MetricsVerb: Verb {
    static let description = CommandDescription(
        "metrics",
        abstract: "Writes the daemon's numbers in the text format of Prometheus.",
        discussion: """
            For node_exporter's textfile collector, or for looking: builds and executions by status, what waits, how long \
            things took, what lies on the disk, and the daemon as a process.
            """,
        examples: [
            CommandDescription.Example("nacre metrics | grep queued", "how many builds wait"),
            CommandDescription.Example(
                "nacre metrics | sponge /var/lib/prometheus/node-exporter/nacre.prom",
                "hand them to node_exporter, from a timer"
            ),
        ]
    )

    static func audit(of arguments: ParsedArguments) -> VerbAudit? { nil }

    static func run(_ arguments: ParsedArguments, _ context: VerbContext) throws -> ExitCode {
        if case .observation(.metrics(let text)) = try context.ask(.observation(.metrics)) {
            context.output.write(text)
        }
        return .success
    }
}
