// SPDX-License-Identifier: Apache-2.0

import AppSpecs
import Diagnostics
import Testing

@Suite("Reading an appspec")
struct AppSpecReaderTests {
    private func read(_ text: String) -> AppSpecReading { AppSpecReader.read(Array(text.utf8)) }

    @Test("every part of an appspec is read")
    func whole() throws {
        let reading = read(
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
                group: root
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
                - location: scripts/two.sh
              ValidateService:
            """
        )
        #expect(reading.diagnostics.isEmpty)
        let appSpec = try #require(reading.appSpec)
        #expect(appSpec.files.map(\.source.value) == ["/", "conf/app.conf"])
        #expect(appSpec.files.map(\.destination.value) == ["/srv/app", "/etc/app"])
        #expect(appSpec.fileExistsBehavior == .overwrite)
        let permission = try #require(appSpec.permissions.first)
        #expect(permission.pattern == "*.sh")
        #expect(permission.exceptions == ["keep.sh"])
        #expect(permission.mode == 0o755)
        #expect(permission.kinds == [.file])
        #expect(appSpec.hooks[.applicationStop]?.map(\.timeoutSeconds) == [3600])
        let scripts = try #require(appSpec.hooks[.beforeInstall])
        #expect(scripts.map(\.location.value) == ["scripts/one.sh", "scripts/two.sh"])
        #expect(scripts.map(\.timeoutSeconds) == [30, 3600])
        #expect(scripts.map(\.runAs?.value) == ["root", nil])
        #expect(appSpec.hooks[.validateService] == [])
    }

    @Test(
        "what cannot be carried out is refused with its place",
        arguments: [
            ("os: linux", 1, "`version` is missing"),
            ("version: 1.0\nos: linux", 1, "`version` must be 0.0"),
            ("version: 0.0", 1, "`os` is missing"),
            ("version: 0.0\nos: windows", 2, "`os` must be `linux` here"),
            ("version: 0.0\nResources: []", 2, "this is an appspec for Lambda or ECS"),
            ("version: 0.0\nos: linux\nhook: {}", 3, "unknown key `hook`"),
            ("version: 0.0\nos: linux\nfiles:\n  - source: ../x\n    destination: /a", 4, "leads outside the revision"),
            ("version: 0.0\nos: linux\nfiles:\n  - source: x", 4, "`destination` is missing"),
            ("version: 0.0\nos: linux\nfiles:\n  - source: x\n    destination: a", 5, "must be an absolute path"),
            ("version: 0.0\nos: linux\nfile_exists_behavior: KEEP", 3, "`file_exists_behavior` is `KEEP`"),
            ("version: 0.0\nos: linux\npermissions:\n  - object: /a\n    mode: 99", 5, "`mode` must be"),
            ("version: 0.0\nos: linux\npermissions:\n  - object: /a\n    acls: [x]", 5, "`acls` cannot be set here"),
            ("version: 0.0\nos: linux\nhooks:\n  Install:\n    - location: x", 4, "`Install` cannot have scripts"),
            (
                "version: 0.0\nos: linux\nhooks:\n  AfterInstal:\n    - location: x", 4,
                "no lifecycle event `AfterInstal`"
            ),
            ("version: 0.0\nos: linux\nhooks:\n  AfterInstall:\n    - timeout: 3", 5, "`location` is missing"),
            (
                "version: 0.0\nos: linux\nhooks:\n  AfterInstall:\n    - location: x\n      timeout: 4000", 6,
                "`timeout` must be a number of seconds from 1 to 3600"
            ),
            ("- a", 1, "the appspec must be a mapping"), ("", 1, "the appspec is empty"), ("a: [", 1, ""),
        ]
    )
    func refusals(_ text: String, _ line: Int, _ message: String) throws {
        let reading = read(text)
        #expect(reading.appSpec == nil)
        let first = try #require(reading.diagnostics.first { $0.severity == .error })
        if !message.isEmpty { #expect(first.message.contains(message), "\(first.message)") }
        #expect(message.isEmpty || first.location.line == line)
    }

    @Test("events of load balancers are warned of, as there is none")
    func loadBalancer() {
        let reading = read("version: 0.0\nos: linux\nhooks:\n  AfterAllowTraffic:\n    - location: x\n")
        #expect(reading.appSpec != nil)
        #expect(reading.diagnostics.map(\.severity) == [.warning])
    }
}
