// SPDX-License-Identifier: Apache-2.0

import Builds
import CommandLines

/// The options of `nacre build` that say where the commands run and what they may use.
enum IsolationOptions {
    static let descriptions = [
        OptionDescription(
            flag: "sandbox",
            help: "run in bubblewrap: the system read-only, /tmp and the home empty, only the workspace writable"
        ),
        OptionDescription("image", value: "NAME", help: "run in a container of this image, with podman"),
        OptionDescription(flag: "no-network", help: "with --sandbox or --image: no network but the loopback"),
        OptionDescription(
            "memory",
            value: "SIZE",
            help: "the most memory of all commands together, such as 512M or 2G"
        ),
        OptionDescription("cpus", value: "NUMBER", help: "processors, such as 1.5"),
        OptionDescription("pids", value: "NUMBER", help: "processes and threads at once"),
        OptionDescription(flag: "docker", help: "let commands use docker: a podman service for the time of the build"),
    ]

    static func isolation(_ arguments: ParsedArguments) throws(UsageError) -> BuildRequest.Isolation {
        let hasNetwork = !arguments.flag("no-network")
        if let image = arguments.string("image") {
            if image.isEmpty { throw arguments.error("image", "must be the name of an image") }
            if arguments.flag("sandbox") { throw arguments.error("image", "and `--sandbox` exclude each other") }
            return .image(image, hasNetwork: hasNetwork)
        }
        if arguments.flag("sandbox") { return .sandbox(hasNetwork: hasNetwork) }
        if !hasNetwork { throw arguments.error("no-network", "needs `--sandbox` or `--image NAME`") }
        return .none
    }

    static func limits(_ arguments: ParsedArguments) throws(UsageError) -> BuildRequest.Limits {
        var limits = BuildRequest.Limits()
        if let text = arguments.string("memory") {
            guard let bytes = ByteText.bytes(text), bytes >= 1 << 22 else {
                throw arguments.error(
                    "memory",
                    "must be a size of at least 4M, such as 512M or 2G, not '\(text.visible)'"
                )
            }
            limits.memoryBytes = bytes
        }
        if let text = arguments.string("cpus") {
            guard let cpus = Double(text), cpus >= 0.01, cpus <= 10_000 else {
                throw arguments.error(
                    "cpus",
                    "must be a number of processors from 0.01, such as 1.5, not '\(text.visible)'"
                )
            }
            limits.cpus = cpus
        }
        limits.processes = try arguments.integer("pids", in: 1...4_194_304)
        return limits
    }
}
