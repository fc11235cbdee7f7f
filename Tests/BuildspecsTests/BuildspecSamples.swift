// SPDX-License-Identifier: Apache-2.0

/// Buildspecs for the tests.
enum BuildspecSamples {
    /// Every key of the grammar but `steps` and `batch`, all of them right.
    static let everything = """
        version: 0.2
        run-as: builder
        env:
          shell: bash
          variables:
            EPOCHS: 200
            PUSH: NO
            ZIP: 01234
            EMPTY:
          parameter-store:
            TOKEN: /team/token
          secrets-manager:
            PASSWORD: db:password:AWSPREVIOUS
          exported-variables:
            - MODEL
          git-credential-helper: yes
        proxy:
          upload-artifacts: no
          logs: "YES"
        phases:
          install:
            runtime-versions:
              python: 3.10
            commands:
              - pip install -r requirements.txt
          pre_build:
            run-as: tester
            on-failure: ABORT
            commands:
              - python preprocess.py
          build:
            on-failure: RETRY-3-.*timed out.*
            commands:
              - python train.py
            finally:
              - echo done
          post_build:
            commands:
              - |
                python evaluate.py
                echo ok
        reports:
          unit:
            files:
              - junit.xml
            base-directory: out
            discard-paths: no
            file-format: JunitXml
        artifacts:
          files:
            - '**/*'
          name: model-$(date +%F)
          base-directory: out
          discard-paths: no
          exclude-paths:
            - '**/.*'
          enable-symlinks: yes
          s3-prefix: models
          secondary-artifacts:
            report:
              files:
                - evaluation.json
              discard-paths: yes
        cache:
          key: pip-$(codebuild-hash-files requirements.txt)
          fallback-keys:
            - pip-
          action: restore
          paths:
            - '/root/.cache/pip/**/*'

        """

    /// A valid buildspec around the body of one phase, which starts at line 4 and is indented by four spaces.
    static func build(_ body: String, version: String = "0.2", top: String = "") -> String {
        "version: \(version)\nphases:\n  build:\n"
            + body.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)\n" }.joined() + top
    }

    /// A valid buildspec with one more block at the top, which starts at line 3.
    static func top(_ block: String, version: String = "0.2") -> String {
        "version: \(version)\nphases: {build: {commands: [make]}}\n\(block)\n"
    }
}
