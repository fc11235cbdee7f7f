// SPDX-License-Identifier: Apache-2.0

import Pipelines
import Testing

@Suite("What executions wait for")
struct WaitReasonTests {
    @Test("an action, an approval and a rule are named with their times")
    func running() throws {
        let definition = Sketch.pipeline("Source: Code", "Build: build ask?", "Deploy: deploy").with("Deploy") {
            stage in
            stage.beforeEntry = Sketch.rules("window", result: .fail)
        }
        var scene = Scene(definition)
        try scene.start(1)
        #expect(
            scene.machine.waitReasons(of: "1")
                == ["The action `Code` of the stage `Source` runs since 2025-11-21T10:00:01Z."]
        )
        try scene.end("Code", of: 1)
        #expect(
            scene.machine.waitReasons(of: "1") == [
                "The action `build` of the stage `Build` runs since 2025-11-21T10:00:02Z.",
                "The approval `ask` of the stage `Build` waits for an answer since 2025-11-21T10:00:02Z, and expires at "
                    + "2025-11-28T10:00:02Z.",
            ]
        )
        try scene.end("build", of: 1)
        try scene.answer("ask", of: 1, in: "Build")
        #expect(
            scene.machine.waitReasons(of: "1") == [
                "The beforeEntry condition of the stage `Deploy` waits for its rule `window` (Commands) since "
                    + "2025-11-21T10:00:04Z, at most until 2025-11-21T11:00:04Z."
            ]
        )
        try scene.end("window", of: 1)
        try scene.stop(1)
        #expect(
            scene.machine.waitReasons(of: "1") == [
                "The action `deploy` of the stage `Deploy` runs since 2025-11-21T10:00:05Z, after whose end the execution stops."
            ]
        )
        try scene.end("deploy", of: 1)
        #expect(scene.machine.waitReasons(of: "1").isEmpty)
        #expect(scene.machine.waitReasons(of: "unknown").isEmpty)
    }

    @Test("a lock, a queue and a closed transition are named")
    func waiting() throws {
        var scene = Scene(Sketch.pipeline("Source: Code | ask?", "Build: build", mode: .queued))
        try scene.start(1)
        try scene.end("Code", of: 1)
        try scene.start(2, 3)
        try scene.setTransition("Source", false)
        #expect(
            scene.machine.waitReasons(of: "3") == [
                "The transition into the stage `Source` is disabled by carol since 2025-11-21T10:00:05Z: a freeze.",
                "The stage `Source` is occupied by abalone/1, which waits for the approval `ask`.",
                "abalone/2 goes first into the stage `Source`.",
            ]
        )
    }
}
