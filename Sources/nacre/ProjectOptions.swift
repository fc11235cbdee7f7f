// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines

/// The options that say how a project's builds run.
enum ProjectOptions {
    /// One of them.
    private struct Setting: Sendable {
        let option: OptionDescription
        let read: @Sendable (String, ParsedArguments, inout ProjectSettings) throws(UsageError) -> Void
        let reset: @Sendable (inout ProjectSettings) -> Void
        let shown: @Sendable (ProjectSettings) -> String?
    }

    private static let settings: [Setting] = [
        seconds("timeout", \.timeoutSeconds, help: "end a build after this time (default: 60m)"),
        seconds("queued-timeout", \.queuedTimeoutSeconds, help: "give up a build that waits so long (default: 8h)"),
        count("retries", \.retryLimit, 0...100, help: "try a failed build again, up to N times"),
        onOff("sandbox", \.isSandboxed, help: "run builds in a sandbox of bubblewrap"),
        onOff("network", \.hasNetwork, help: "whether a sandbox or a container has the machine's network"),
        Setting(
            option: OptionDescription("image", value: "NAME", .text, help: "run builds in this image, with podman"),
            read: { text, _, settings in settings.image = text },
            reset: { $0.image = nil },
            shown: { $0.image }
        ),
        size("memory", \.memoryBytes, help: "the most memory that a build may use, such as 2G"),
        Setting(
            option: OptionDescription("cpus", value: "N", .text, help: "the processors a build may use, such as 1.5"),
            read: { text, arguments, settings throws(UsageError) in
                guard let cpus = Double(text), cpus.isFinite, cpus >= 0.01, cpus <= 4096 else {
                    throw arguments.error("cpus", "must be a number such as 1.5, not '\(text)'")
                }
                settings.cpus = cpus
            },
            reset: { $0.cpus = nil },
            shown: { $0.cpus.map { "\($0)" } }
        ),
        count("pids", \.processes, 1...4_194_304, help: "the most processes and threads that a build may have"),
        size("log-limit", \.logLimitBytes, help: "leave out the middle of a log that is longer (default: 1G)"),
        onOff("docker", \.isPrivileged, help: "let `docker` work inside builds: privilegedMode"),
        onOff("cache", \.keepsCache, help: "whether `cache` of the buildspec is kept between builds"),
        onOff("batch", \.isBatch, help: "whether a push runs `batch` of the buildspec"),
        onOff("debug", \.isDebug, help: "let builds wait for `nacre debug` at breakpoints and failures"),
    ]

    /// For a command's description.
    static var options: [OptionDescription] { settings.map(\.option) }

    /// The settings with what the command line says; `default` takes a setting back.
    static func change(
        _ settings: ProjectSettings,
        _ arguments: ParsedArguments
    ) throws(UsageError) -> (settings: ProjectSettings, count: Int) {
        var changed = settings
        var count = 0
        for setting in Self.settings {
            guard let text = arguments.string(setting.option.name) else { continue }
            count += 1
            if text == "default" { setting.reset(&changed) } else { try setting.read(text, arguments, &changed) }
        }
        return (changed, count)
    }

    /// `NAME VALUE` of all that are set.
    static func rows(_ settings: ProjectSettings) -> [[String]] {
        Self.settings.compactMap { setting in setting.shown(settings).map { [setting.option.name, $0] } }
    }

    private static func seconds(
        _ name: String,
        _ path: any WritableKeyPath<ProjectSettings, Int?> & Sendable,
        help: String
    ) -> Setting {
        Setting(
            option: OptionDescription(name, value: "DURATION", .text, help: help),
            read: { _, arguments, settings throws(UsageError) in
                settings[keyPath: path] = try arguments.seconds(name)
            },
            reset: { $0[keyPath: path] = nil },
            shown: { $0[keyPath: path].map { DurationText.text(milliseconds: Int64($0) * 1000) } }
        )
    }

    private static func size<Number: FixedWidthInteger & Sendable>(
        _ name: String,
        _ path: any WritableKeyPath<ProjectSettings, Number?> & Sendable,
        help: String
    ) -> Setting {
        Setting(
            option: OptionDescription(name, value: "BYTES", .text, help: help),
            read: { text, arguments, settings throws(UsageError) in
                guard let bytes = ByteText.bytes(text) else {
                    throw arguments.error(name, "must be a size such as 512M or 2G, not '\(text)'")
                }
                settings[keyPath: path] = Number(bytes)
            },
            reset: { $0[keyPath: path] = nil },
            shown: { $0[keyPath: path].map { ByteText.text(Int64($0)) } }
        )
    }

    private static func count(
        _ name: String,
        _ path: any WritableKeyPath<ProjectSettings, Int?> & Sendable,
        _ range: ClosedRange<Int>,
        help: String
    ) -> Setting {
        Setting(
            option: OptionDescription(name, value: "N", .text, help: help),
            read: { _, arguments, settings throws(UsageError) in
                settings[keyPath: path] = try arguments.integer(name, in: range)
            },
            reset: { $0[keyPath: path] = nil },
            shown: { $0[keyPath: path].map { "\($0)" } }
        )
    }

    private static func onOff(
        _ name: String,
        _ path: any WritableKeyPath<ProjectSettings, Bool?> & Sendable,
        help: String
    ) -> Setting {
        Setting(
            option: OptionDescription(name, value: "on|off", .text, help: help),
            read: { text, arguments, settings throws(UsageError) in
                guard ["on", "off"].contains(text) else {
                    throw arguments.error(name, "must be `on`, `off` or `default`, not '\(text)'")
                }
                settings[keyPath: path] = text == "on"
            },
            reset: { $0[keyPath: path] = nil },
            shown: { $0[keyPath: path].map { $0 ? "on" : "off" } }
        )
    }
}
