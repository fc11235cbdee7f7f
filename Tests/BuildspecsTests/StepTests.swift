// SPDX-License-Identifier: Apache-2.0

import Buildspecs
import Diagnostics
import Testing

@Suite("Steps")
struct StepTests {
    private func problems(_ steps: String) throws -> [String] {
        let text = "version: 0.2\nphases:\n  build:\n    steps:\n\(steps)\n"
        let spec = try #require(BuildspecReader.read(Array(text.utf8), file: "f").buildspec)
        return spec.stepProblems().map { "\($0.location.line):\($0.location.column): \($0.message)" }
    }

    @Test("an action is refused by name")
    func action() throws {
        #expect(
            try problems("      - uses: actions/checkout@v4")
                == ["5:15: GitHub Actions steps are not supported locally: uses: actions/checkout@v4"]
        )
    }

    @Test(
        "an expression about GitHub is refused by name",
        arguments: [
            ("run: echo ${{ github.sha }}", "github.sha"), ("run: a ${{ secrets.TOKEN }} b", "secrets.TOKEN"),
            ("{run: a, if: \"github.ref == 'refs/heads/main'\"}", "github.ref == 'refs/heads/main'"),
            ("{run: a, env: {A: \"${{ matrix.x }}\"}}", "matrix.x"),
            ("{run: a, name: \"${{ inputs.n }}\"}", "inputs.n"),
            ("{run: a, continue-on-error: \"${{ matrix.x }}\"}", "${{ matrix.x }}"),
            ("{run: a, timeout-minutes: soon}", "soon"), ("run: ${{ env.A || 'x' }}", "env.A || 'x'"),
        ]
    )
    func expressions(step: String, expression: String) throws {
        let found = try problems("      - \(step)")
        #expect(found.count == 1)
        #expect(found.first?.contains("the expression `\(expression)` of a GitHub Actions step") == true)
    }

    @Test("what can be carried out here is not refused")
    func supported() throws {
        let steps = """
                  - {run: "echo ${{ env.A }} ${{steps.x.outputs.y-z}} ${{ steps.x.outcome }}", shell: bash}
                  - {run: a, shell: "perl {0}", continue-on-error: true, timeout-minutes: 0.5}
                  - {run: a, if: "${{ !failure() }}"}
                  - {run: "echo ${{ unclosed"}
            """
        #expect(try problems(steps) == [])
    }

    @Test("a shell that is not known is refused")
    func shell() throws {
        #expect(try problems("      - {run: a, shell: pwsh}") == ["5:9: the shell `pwsh` of a step is not supported"])
    }

    @Test("expressions are replaced, and the text around them stays")
    func text() throws {
        let text = try StepText("a ${{ env.A }}${{ steps.s.outputs.o }} $ { {{ }} b")
        let resolved = text.resolved { reference in
            switch reference {
            case .variable(let name): "<\(name)>"
            case .output(let step, let name): "<\(step) \(name)>"
            default: "?"
            }
        }
        #expect(resolved == "a <A><s o> $ { {{ }} b")
        #expect(text.readsVariables)
    }

    @Test(
        "a condition holds or not, by whether a step has failed",
        arguments: [
            ("true", true, false), ("false", false, false), ("success()", true, false), ("failure()", false, true),
            ("always()", true, true), ("cancelled()", false, false), ("!cancelled()", true, true),
            ("${{ ! failure() }}", true, false), ("!false", true, false), ("${{always()}}", true, true),
        ]
    )
    func conditions(text: String, whenGood: Bool, whenFailed: Bool) throws {
        let condition = try #require(StepCondition(text))
        #expect(condition.holds(afterFailure: false) == whenGood)
        #expect(condition.holds(afterFailure: true) == whenFailed)
    }

    @Test("other conditions are none", arguments: ["", "env.A == 'b'", "always() && true", "success"])
    func otherConditions(text: String) {
        #expect(StepCondition(text) == nil)
    }
}
