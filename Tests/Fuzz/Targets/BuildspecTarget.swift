// SPDX-License-Identifier: Apache-2.0

internal import Buildspecs
internal import Diagnostics

/// Any bytes are a buildspec, or have an error in them.
struct BuildspecTarget: FuzzTarget {
    let name = "buildspec"
    let seeds = [
        """
        version: 0.2
        run-as: builder
        env:
          shell: bash
          variables: {EPOCHS: 200, EMPTY: }
          parameter-store: {TOKEN: /team/token}
          secrets-manager: {PASSWORD: "db:password:AWSPREVIOUS"}
          exported-variables: [MODEL]
          git-credential-helper: yes
        phases:
          install:
            runtime-versions: {python: 3.10}
            commands:
              - pip install -r requirements.txt
          build:
            on-failure: RETRY-3-.*timed out.*
            commands:
              - |
                python train.py
                echo "${A:-b}" '$(x)' <<< y
            finally: [echo done]
        reports:
          unit: {files: [junit.xml], base-directory: out, file-format: JunitXml}
        artifacts:
          files: ['**/*']
          name: model-$(date +%F)
          secondary-artifacts:
            report: {files: [evaluation.json], discard-paths: yes}
        cache:
          key: pip-$(codebuild-hash-files requirements.txt)
          paths: ['/root/.cache/pip/**/*']

        """,
        """
        version: 0.2
        batch:
          fast-fail: false
          build-graph:
            - identifier: a
              env: {variables: {X: y}, compute-type: BUILD_GENERAL1_SMALL}
            - identifier: b
              depend-on: [a]
              ignore-failure: true
        phases: {build: {commands: [make]}}
        """,
        """
        version: 0.2
        batch:
          build-matrix:
            dynamic: {env: {variables: {V: [1, 2, 3], W: [a, b]}}}
          build-fanout: {parallelism: 5}
        phases:
          build:
            steps:
              - run: make ${{ env.X }} ${{ steps.a.outputs.b }}
                if: ${{ !failure() }}
                timeout-minutes: 5
              - uses: x
                with: {a: b}
        """,
    ].map { Array($0.utf8) }
    let words = [
        "version: 0.2\n", "phases:", "commands:", "steps:", "batch:", "build-graph:", "depend-on:", "RETRY-5",
        "RETRY-2-(", "$(", "<(", "${A:0", "${{ env.X }}", "- run: x\n", "&a ", "*a", "<<: *a", "'", "\"", "|\n",
        "parallelism: ", "timeout-minutes: ", "version: 0.1\n", "run-as: ", "env:", "variables:", "parameter-store:",
        "secrets-manager:", "exported-variables:", "git-credential-helper:", "proxy:", "upload-artifacts:", "logs:",
        "install:", "pre_build:", "post_build:", "runtime-versions:", "on-failure: CONTINUE", "finally:", "reports:",
        "file-format: ", "base-directory: ", "discard-paths: ", "artifacts:", "files:", "name: ", "exclude-paths:",
        "enable-symlinks: ", "s3-prefix: ", "secondary-artifacts:", "cache:", "key: ", "fallback-keys:", "paths:",
        "action: ", "fast-fail: ", "build-list:", "build-matrix:", "static:", "dynamic:", "build-fanout:",
        "ignore-failure: ", "identifier: ", "buildspec: ", "debug-session: ", "privileged-mode: ", "image: ", "if: ",
        "uses: ", "continue-on-error: ", "shell: ", "id: ",
    ]

    func check(_ input: [UInt8]) throws {
        let reading = BuildspecReader.read(input, file: "buildspec.yml")
        try FuzzFailure.unless(
            (reading.buildspec == nil) == reading.diagnostics.hasErrors,
            "a buildspec with errors, or none without: \(reading.diagnostics)"
        )
        try PlaceCheck(input).check(reading.diagnostics)
        try FuzzFailure.unless(
            BuildspecReader.read(input, file: "buildspec.yml") == reading,
            "reading it again gives something else"
        )
    }
}
