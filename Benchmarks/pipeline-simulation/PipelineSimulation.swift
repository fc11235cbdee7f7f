// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import Pipelines

/// Sends executions through a small pipeline, journal's part included, and prints what an event costs as history grows.
///
/// `pipeline-simulation EXECUTIONS` prints one JSON object: microseconds an event among the first and the last tenth of the
/// executions, seconds for all, and the size of the last snapshot.
@main
enum PipelineSimulation {
    static func main() throws {
        let count = max(100, CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000)
        var machine = PipelineMachine(definition)
        var random = SystemRandomNumberGenerator()
        let clock = ContinuousClock()
        var tenths: [Duration] = Array(repeating: .zero, count: 10)
        var events = 0
        var bytes = 0
        for number in 1...count {
            let began = clock.now
            let start = ExecutionStart(
                id: "execution-\(number)",
                number: Int64(number),
                trigger: ExecutionTrigger(.webhookV2, detail: "a push")
            )
            var open = [PipelineEvent.start(start)]
            while let event = open.popLast() {
                let step = try machine.apply(event, at: Int64(number) * 1000, using: &random)
                events += 1
                // What the journal would write in the same transaction.
                bytes = try JSONText.encode(machine.snapshot).count
                for execution in step.touched { _ = try JSONText.encode(execution) }
                for case .run(let order) in step.effects { open.append(.actionEnded(id: order.id, outcome(of: order))) }
            }
            tenths[(number - 1) * 10 / count] += clock.now - began
        }
        let perEvent = tenths.map { microseconds($0) / (Double(events) / 10) }
        let total = tenths.reduce(.zero, +)
        print(
            """
            {"events": \(events), "first": \(perEvent[0]), "last": \(perEvent[9]), \
            "seconds": \(microseconds(total) / 1_000_000), "snapshot": \(bytes)}
            """
        )
    }

    private static var definition: PipelineDefinition {
        func action(
            _ name: String,
            _ category: String,
            _ provider: String,
            in input: String?,
            out: String?
        ) -> ActionDeclaration {
            var action = ActionDeclaration(name: name, type: ActionTypeID(category: category, provider: provider))
            action.namespace = name
            action.inputArtifacts = [input].compactMap(\.self)
            action.outputArtifacts = [out].compactMap(\.self).map { .init(name: $0) }
            return action
        }
        var train = action("Train", "Build", "CodeBuild", in: "Source", out: "Model")
        train.configuration = ["EnvironmentVariables": ##"[{"name": "COMMIT", "value": "#{Code.CommitId}"}]"##]
        return PipelineDefinition(
            name: "abalone",
            stages: [
                StageDeclaration(
                    name: "Source",
                    actions: [action("Code", "Source", "CodeCommit", in: nil, out: "Source")]
                ),
                StageDeclaration(name: "Build", actions: [train]),
                StageDeclaration(name: "Deploy", actions: [action("Deploy", "Deploy", "S3", in: "Model", out: nil)]),
            ]
        )
    }

    private static func outcome(of order: ActionOrder) -> ActionOutcome {
        var outcome = ActionOutcome()
        outcome.output.variables = ["CommitId": "4f2a9c1d8b7e6f5a4f2a9c1d8b7e6f5a4f2a9c1d"]
        outcome.output.artifacts = order.outputs.map { output in
            ArtifactReference(name: output.name, digest: String(repeating: "0", count: 64), size: 1, key: output.key)
        }
        return outcome
    }

    private static func microseconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) * 1_000_000 + Double(attoseconds) / 1_000_000_000_000
    }
}
