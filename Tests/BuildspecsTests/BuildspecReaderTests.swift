// SPDX-License-Identifier: Apache-2.0

import Buildspecs
import Diagnostics
import Testing
import WireWords

@Suite("Buildspec reader")
struct BuildspecReaderTests {
    private func read(_ text: String) throws -> Buildspec {
        let reading = BuildspecReader.read(Array(text.utf8), file: "buildspec.yml")
        #expect(reading.diagnostics.map(\.message) == [])
        return try #require(reading.buildspec)
    }

    private func location(_ line: Int, _ column: Int) -> Diagnostics.SourceLocation {
        SourceLocation(file: "buildspec.yml", line: line, column: column)
    }

    @Test("every key of the grammar is read without a complaint")
    func everything() throws {
        let spec = try read(BuildspecSamples.everything)
        #expect(spec.version == .v02)
        #expect(spec.runAs == Located("builder", at: location(2, 9)))

        #expect(spec.environment.shell?.value == "bash")
        #expect(spec.environment.variables.map(\.name) == ["EPOCHS", "PUSH", "ZIP", "EMPTY"])
        #expect(spec.environment.variables.map(\.value) == ["200", "NO", "01234", ""])
        #expect(spec.environment.variables[0].location == location(6, 5))
        #expect(spec.environment.parameterStore.map(\.value) == ["/team/token"])
        #expect(spec.environment.secretsManager.map(\.secretID) == ["db"])
        #expect(spec.environment.secretsManager.map(\.jsonKey) == ["password"])
        #expect(spec.environment.secretsManager.map(\.versionStage) == ["AWSPREVIOUS"])
        #expect(spec.environment.exportedVariables.map(\.value) == ["MODEL"])
        #expect(spec.environment.gitCredentialHelper?.value == true)
        #expect(spec.proxy?.uploadsArtifacts == false)
        #expect(spec.proxy?.sendsLogs == true)

        #expect(spec.phases.keys.sorted() == [.install, .preBuild, .build, .postBuild])
        #expect(spec.phases[.install]?.runtimeVersions.map(\.version) == ["3.10"])
        #expect(spec.phases[.install]?.commands.map(\.text) == ["pip install -r requirements.txt"])
        #expect(spec.phases[.preBuild]?.runAs?.value == "tester")
        #expect(spec.phases[.preBuild]?.onFailure?.value == .abort)
        #expect(spec.phases[.build]?.onFailure?.value == .retry(limit: 3, pattern: ".*timed out.*"))
        #expect(spec.phases[.build]?.commands == [Command(text: "python train.py", location: location(34, 9))])
        #expect(spec.phases[.build]?.finallyCommands.map(\.text) == ["echo done"])
        #expect(spec.phases[.build]?.location == location(31, 3))
        #expect(spec.phases[.postBuild]?.commands.map(\.text) == ["python evaluate.py\necho ok\n"])

        #expect(spec.reports.map(\.name) == ["unit"])
        #expect(spec.reports[0].format == .junitXML)
        #expect(spec.reports[0].files.map(\.value) == ["junit.xml"])
        #expect(spec.reports[0].baseDirectory?.value == "out")

        let artifacts = try #require(spec.artifacts)
        #expect(artifacts.files.map(\.value) == ["**/*"])
        #expect(artifacts.name?.value == "model-$(date +%F)")
        #expect(artifacts.baseDirectory?.value == "out")
        #expect(!artifacts.discardPaths)
        #expect(artifacts.excludePaths.map(\.value) == ["**/.*"])
        #expect(artifacts.enableSymlinks)
        #expect(artifacts.s3Prefix?.value == "models")
        #expect(spec.secondaryArtifacts.map(\.identifier) == ["report"])
        #expect(spec.secondaryArtifacts[0].set.files.map(\.value) == ["evaluation.json"])
        #expect(spec.secondaryArtifacts[0].set.discardPaths)

        #expect(spec.cache?.key?.value == "pip-$(codebuild-hash-files requirements.txt)")
        #expect(spec.cache?.fallbackKeys.map(\.value) == ["pip-"])
        #expect(spec.cache?.action == .restore)
        #expect(spec.cache?.paths.map(\.value) == ["/root/.cache/pip/**/*"])
    }

    @Test(
        "what AWS accepts is accepted without a word",
        arguments: [
            "version: \"0.2\"\nphases: {build: {commands: [make]}}",
            #"{"version": "0.2", "phases": {"build": {"commands": ["make", "make test"]}}}"#,
            "\u{FEFF}version: 0.2\r\nphases:\r\n  build:\r\n    commands:\r\n      - make\r\n",
            "---\nversion: 0.2\nphases:\n  build:\n    commands: make\n...\n",
            BuildspecSamples.build("finally:\n  - make clean"),
            BuildspecSamples.build("commands:\n- make\n- 42\n- true\n- 3.10"),
            BuildspecSamples.build("commands:\n  - |\n    # only a comment\n  - ''"),
            BuildspecSamples.build("commands:\n  - \"echo a: b\"\n  - echo foo:bar\n  - >-\n    a\n    b"),
            BuildspecSamples.build("commands: &c\n  - make\nfinally: *c"),
            BuildspecSamples.top("common: &c\n  - x\nx-note: 1"),
            BuildspecSamples.top("env:\ncache:\nartifacts:\nreports:\nproxy:\nbatch:"),
            BuildspecSamples.top("env:\n  variables:\n  exported-variables:\n  shell:"),
            BuildspecSamples.top("cache:\n  paths: node_modules/**/*"),
            BuildspecSamples.top("cache: {paths: []}"),
            BuildspecSamples.top("artifacts:\n  files: build.json\n  type: zip"),
            BuildspecSamples.top("artifacts:\n  files: ['**/*']\n  exclude-paths: {node_modules/**/*: }"),
            BuildspecSamples.top("artifacts:\n  files: [Dockerfile, app, dir/file, 'dist/**/*']"),
            BuildspecSamples.top("reports:\n  $REPORT_GROUP: {files: '**/*', file-format: cucumberjson}"),
            "version: 0.1\nenvironment_variables:\n  plaintext:\n    A: b\nphases: {build: {commands: [make]}}",
            "version: 0.2\nphases:\n  install:\n    runtime-versions: {nodejs: 18}",
            BuildspecSamples.top("batch:\n  build-list:\n    - {identifier: a_1, env: {compute-type: X, image: i}}"),
            BuildspecSamples.top("batch:\n  build-graph:\n    - identifier: a\n    - {identifier: b, depend-on: [a]}"),
            BuildspecSamples.top(
                "batch:\n  fast-fail: no\n  build-matrix:\n    static: {ignore-failure: no, env: {type: LINUX_CONTAINER}}\n"
                    + "    dynamic: {buildspec: [a.yml, b.yml], env: {image: [x], variables: {V: [1, 2]}}}"
            ),
            BuildspecSamples.top("batch:\n  build-fanout: {parallelism: 5, ignore-failure: false}"),
        ]
    )
    func accepted(text: String) throws {
        _ = try read(text)
    }

    @Test(
        "flags are read in any form",
        arguments: [
            ("yes", true), ("'no'", false), ("TRUE", true), ("\"False\"", false), ("Yes", true), ("off", false),
        ]
    )
    func flags(text: String, expected: Bool) throws {
        let spec = try read(BuildspecSamples.top("artifacts: {files: x.txt, discard-paths: \(text)}"))
        #expect(spec.artifacts?.discardPaths == expected)
    }

    @Test(
        "on-failure is read",
        arguments: [
            ("ABORT", OnFailure.abort), ("continue", .continue), ("RETRY", .retry(limit: 3, pattern: nil)),
            ("RETRY-0", .retry(limit: 0, pattern: nil)), ("RETRY-100", .retry(limit: 100, pattern: nil)),
            ("RETRY-invalid+", .retry(limit: 3, pattern: "invalid+")),
            ("Retry-3-.*connection timed out.*", .retry(limit: 3, pattern: ".*connection timed out.*")),
            ("RETRY-5xx", .retry(limit: 3, pattern: "5xx")), ("RETRY-2-", .retry(limit: 2, pattern: nil)),
        ]
    )
    func onFailure(text: String, expected: OnFailure) {
        #expect(OnFailure(text) == expected)
    }

    @Test(
        "other words for on-failure are none",
        arguments: ["", "STOP", "RETRY-", "RETRY-101", "ABORT-1", "RETRY-999999999999999999999"]
    )
    func badOnFailure(text: String) {
        #expect(OnFailure(text) == nil)
    }

    @Test("a reference to a secret is split after its ARN")
    func secretARN() {
        let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
        let location = location(1, 1)
        #expect(SecretReference(name: "A", reference: arn, location: location)?.secretID == arn)
        let keyed = SecretReference(name: "A", reference: "\(arn):user::v1", location: location)
        #expect(keyed?.jsonKey == "user")
        #expect(keyed?.versionStage == nil)
        #expect(keyed?.versionID == "v1")
    }

    @Test(
        "a reference to a secret that cannot be one is refused",
        arguments: ["", ":key", "arn:aws", "a:b:c:d", "a:b:c:d:e"]
    )
    func badSecret(text: String) {
        #expect(SecretReference(name: "A", reference: text, location: location(1, 1)) == nil)
    }

    @Test("a merge key and aliases share phases")
    func merge() throws {
        let spec = try read(
            """
            version: 0.2
            common: &common
              on-failure: CONTINUE
              finally:
                - echo bye
            phases:
              build:
                <<: *common
                commands:
                  - make
            """
        )
        #expect(spec.phases[.build]?.onFailure?.value == .continue)
        #expect(spec.phases[.build]?.finallyCommands.map(\.text) == ["echo bye"])
    }

    @Test("steps are read")
    func steps() throws {
        let spec = try read(
            BuildspecSamples.build(
                "steps:\n  - uses: actions/checkout@v4\n    with: {depth: 1}\n  - run: make\n    env: {A: b}\n    id: m\n"
                    + "    if: success()\n    continue-on-error: true\n    timeout-minutes: 5"
            )
        )
        let steps = try #require(spec.phases[.build]?.steps)
        #expect(steps.map { $0.uses?.value } == ["actions/checkout@v4", nil])
        #expect(steps.map { $0.run?.value } == [nil, "make"])
        #expect(steps[1].variables.map(\.name) == ["A"])
        #expect(steps[1].identifier == "m")
        #expect(steps[1].condition?.value == "success()")
        #expect(steps[1].continuesOnError?.value == "true")
        #expect(steps[1].timeoutMinutes?.value == "5")
    }

    @Test("version 0.2 takes `environment_variables` of 0.1 too, as buildspecs rely on it")
    func oldVariables() throws {
        let text = BuildspecSamples.top("environment_variables:\n  plaintext:\n    HUGO: '0.42'")
        let spec = try #require(BuildspecReader.read(Array(text.utf8), file: "f").buildspec)
        #expect(spec.environment.variables.map(\.name) == ["HUGO"])
        #expect(spec.environment.variables.map(\.value) == ["0.42"])
    }

    @Test("the variables of every build of a matrix are kept")
    func staticVariables() throws {
        let spec = try read(
            BuildspecSamples.top(
                "batch:\n  build-matrix:\n    static: {env: {variables: {NODE_ENV: production}}}\n"
                    + "    dynamic: {env: {variables: {V: [1, 2]}}}"
            )
        )
        #expect(spec.batch?.matrix?.environment.variables.map(\.value) == ["production"])
        #expect(spec.batch?.usesThisFile == true)
    }
}
