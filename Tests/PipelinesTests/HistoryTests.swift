// SPDX-License-Identifier: Apache-2.0

import JSON
import Pipelines
import TestSupport
import Testing

@Suite("A long history", .timeLimit(.minutes(40)))
struct HistoryTests {
    @Test(
        "ten thousand executions leave a machine as small as ten do",
        arguments: [(.superseded, 10_000), (.queued, 1000), (.parallel, 1000)] as [(ExecutionMode, Int)]
    )
    func thousands(mode: ExecutionMode, count: Int) throws {
        var machine = PipelineMachine(
            Sketch.pipeline("Source: Code>S", "Build: build<S>B", "Deploy: deploy<B>", mode: mode)
        )
        var random = SeededNumbers(seed: 1)
        var sizes: [Int: Int] = [:]
        var succeeded = 0
        for number in 1...count {
            var open = [PipelineEvent.start(Scene.start(number))]
            while let event = open.popLast() {
                let step = try machine.apply(event, at: Int64(number), using: &random)
                succeeded += step.touched.count { $0.status == .succeeded }
                for case .run(let order) in step.effects {
                    var outcome = ActionOutcome()
                    outcome.output.artifacts = order.outputs.map { output in
                        ArtifactReference(name: output.name, digest: "d", size: 1, key: output.key)
                    }
                    if order.name == "build", number.isMultiple(of: 7) {
                        outcome.failure = ActionFailure(.jobFailed, "no")
                    }
                    open.append(.actionEnded(id: order.id, outcome))
                }
            }
            sizes[number] = machine.executions.count
        }
        #expect(succeeded == count - count / 7)
        // In mode PARALLEL the last twenty that failed can be retried.
        let limit = mode == .parallel ? 23 : 4
        #expect(sizes.values.allSatisfy { $0 <= limit })
        let bytes = try JSONText.encode(machine.snapshot).count
        #expect(bytes < 5000)
    }
}
