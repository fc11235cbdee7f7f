// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import Pipelines

/// Sends executions through a small pipeline and prints what an event costs as history grows.
///
/// `pipeline-simulation EXECUTIONS` prints one JSON object: the median microseconds of an event among the first and the last
/// tenth of the executions, the seconds of all events, the microseconds an event of making into JSON what the journal is to
/// write, and the bytes of the last snapshot.
@main
enum PipelineSimulation {
    static func main() throws {
        let count = max(100, CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000)
        var machine = PipelineMachine(definition)
        var random = SystemRandomNumberGenerator()
        let clock = ContinuousClock()
        var costs: [Double] = []
        var writing: Double = 0
        var bytes = 0
        for number in 1...count {
            let start = ExecutionStart(
                id: "execution-\(number)",
                number: Int64(number),
                trigger: ExecutionTrigger(.webhookV2, detail: "a push")
            )
            var open = [PipelineEvent.start(start)]
            while let event = open.popLast() {
                let began = clock.now
                let step = try machine.apply(event, at: Int64(number) * 1000, using: &random)
                let ended = clock.now
                costs.append(microseconds(ended - began))
                // What the journal would write in the same transaction.
                bytes = try JSONText.encode(machine.snapshot).count
                for execution in step.touched { _ = try JSONText.encode(execution) }
                writing += microseconds(clock.now - ended)
                for case .run(let order) in step.effects { open.append(.actionEnded(id: order.id, outcome(of: order))) }
            }
        }
        print(
            """
            {"events": \(costs.count), "first": \(median(costs.prefix(costs.count / 10))), \
            "last": \(median(costs.suffix(costs.count / 10))), "seconds": \(costs.reduce(0, +) / 1_000_000), \
            "writing": \(writing / Double(costs.count)), "snapshot": \(bytes)}
            """
        )
    }

    private static func median(_ values: ArraySlice<Double>) -> Double {
        values.sorted()[values.count / 2]
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
