// SPDX-License-Identifier: Apache-2.0

internal import AppSpecs
internal import Diagnostics

/// Any bytes are an appspec, or have an error in them.
struct AppSpecTarget: FuzzTarget {
    let name = "appspec"
    let seeds = [
        """
        version: 0.0
        os: linux
        files:
          - source: /
            destination: /srv/app
          - source: conf/app.conf
            destination: /etc/app
        file_exists_behavior: OVERWRITE
        permissions:
          - object: /srv/app
            pattern: "*.sh"
            except: [keep.sh]
            owner: root
            mode: 0755
            type:
              - file
        hooks:
          ApplicationStop:
            - location: scripts/stop.sh
          BeforeInstall:
            - location: scripts/one.sh
              timeout: 30
              runas: root

        """
    ].map { Array($0.utf8) }
    let words = [
        "files:\n", "  - source: ", "    destination: /x\n", "hooks:\n", "permissions:\n", "timeout: ", "mode: ",
        "../..", "acls: ",
        "type: [directory]\n", "ValidateService:\n", "&a ", "*a", "<<: *a",
    ]

    func check(_ input: [UInt8]) throws {
        let reading = AppSpecReader.read(input)
        try FuzzFailure.unless(
            (reading.appSpec == nil) == reading.diagnostics.hasErrors,
            "an appspec with errors, or none without: \(reading.diagnostics)"
        )
        try PlaceCheck(input).check(reading.diagnostics, limit: 50_000)
    }
}
