// SPDX-License-Identifier: Apache-2.0

package import JSON
internal import WireWords

// The daemon writes these types for every build, and the build reads them as the first thing it does.

extension BuildRequest: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        id = try members.at("id").text("a build id") { BuildID($0) }
        number = try members.at("number").integer()
        initiator = try members.at("initiator").text()
        region = try members.at("region").text()
        isLocal = try members.at("isLocal").flag()
        source = try members.at("source").read(Source.init)
        secondarySources = try members.at("secondarySources").elements(Source.init)
        buildspec = try members.at("buildspec").read(BuildspecSource.init)
        overrides = try members.at("overrides").elements(EnvironmentVariable.init)
        machineEnvironment = try members.at("machineEnvironment").table()
        push = try members.find("push")?.read(Push.init)
        submittedAt = try members.at("submittedAt").time()
        queuedAt = try members.at("queuedAt").time()
        startedAt = try members.at("startedAt").time()
        graceSeconds = try members.at("graceSeconds").integer()
        timeoutSeconds = try members.at("timeoutSeconds").integer()
        isolation = try members.at("isolation").read(Isolation.init)
        limits = try members.at("limits").read(Limits.init)
        logLimitBytes = try members.find("logLimitBytes")?.integer()
        isPrivileged = try members.at("isPrivileged").flag()
        cache = try members.find("cache")?.read(Cache.init)
        attempt = try members.at("attempt").read(Attempt.init)
        batch = try members.find("batch")?.read(Batch.init)
        isDebug = try members.at("isDebug").flag()
        keepsWorkspace = try members.at("keepsWorkspace").flag()
        start = try members.find("start")?.read(Start.init)
        outputs = try members.find("outputs")?.texts()
        leavesProcesses = try members.find("leavesProcesses")?.flag()
        workingTree = try members.find("workingTree")?.text()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("attempt", attempt)
        writer.set("batch", batch)
        writer.set("buildspec", buildspec)
        writer.set("cache", cache)
        writer.set("graceSeconds", graceSeconds)
        writer.set("id", id.description)
        writer.set("initiator", initiator)
        writer.set("isDebug", isDebug)
        writer.set("isLocal", isLocal)
        writer.set("isPrivileged", isPrivileged)
        writer.set("isolation", isolation)
        writer.set("keepsWorkspace", keepsWorkspace)
        writer.set("leavesProcesses", leavesProcesses)
        writer.set("limits", limits)
        writer.set("logLimitBytes", logLimitBytes)
        writer.set("machineEnvironment", machineEnvironment)
        writer.set("number", number)
        writer.set("outputs", outputs)
        writer.set("overrides", overrides)
        writer.set("push", push)
        writer.set("queuedAt", queuedAt.text)
        writer.set("region", region)
        writer.set("secondarySources", secondarySources)
        writer.set("source", source)
        writer.set("start", start)
        writer.set("startedAt", startedAt.text)
        writer.set("submittedAt", submittedAt.text)
        writer.set("timeoutSeconds", timeoutSeconds)
        writer.set("workingTree", workingTree)
    }
}

extension BuildRequest.Source: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        identifier = try members.find("identifier")?.text()
        directory = try members.at("directory").text()
        type = try members.at("type").text()
        location = try members.at("location").text()
        version = try members.at("version").text()
        resolvedVersion = try members.find("resolvedVersion")?.text()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("directory", directory)
        writer.set("identifier", identifier)
        writer.set("location", location)
        writer.set("resolvedVersion", resolvedVersion)
        writer.set("type", type)
        writer.set("version", version)
    }
}

// Enumerations are written as the compiler's own `Codable` has it, so that older files can be read: the case's name, and in it
// the values, those without a label as `_0`.

extension BuildRequest.BuildspecSource: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        if let file = members.find("file") {
            self = .file(try file.read { try JSONMembers($0).at("_0").text() })
        } else {
            self = .inline(try members.at("inline").read { try JSONMembers($0).at("_0").text() })
        }
    }

    package func write(to writer: inout JSONWriter) {
        switch self {
        case .file(let path): writer.set("file") { $0.set("_0", path) }
        case .inline(let text): writer.set("inline") { $0.set("_0", text) }
        }
    }
}

extension BuildRequest.Isolation: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        if members.find("none") != nil {
            self = .none
        } else if let sandbox = members.find("sandbox") {
            self = .sandbox(hasNetwork: try sandbox.read { try JSONMembers($0).at("hasNetwork").flag() })
        } else {
            self = try members.at("image").read { json in
                let image = try JSONMembers(json)
                return .image(try image.at("_0").text(), hasNetwork: try image.at("hasNetwork").flag())
            }
        }
    }

    package func write(to writer: inout JSONWriter) {
        switch self {
        case .none: writer.set("none") { _ in }
        case .sandbox(let hasNetwork): writer.set("sandbox") { $0.set("hasNetwork", hasNetwork) }
        case .image(let image, let hasNetwork):
            writer.set("image") { members in
                members.set("_0", image)
                members.set("hasNetwork", hasNetwork)
            }
        }
    }
}

extension BuildRequest.Push: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        ref = try members.at("ref").text()
        previousCommit = try members.at("previousCommit").text()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("previousCommit", previousCommit)
        writer.set("ref", ref)
    }
}

extension BuildRequest.Limits: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        memoryBytes = try members.find("memoryBytes")?.int64()
        cpus = try members.find("cpus")?.number()
        processes = try members.find("processes")?.integer()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("cpus", cpus)
        writer.set("memoryBytes", memoryBytes.map { Int($0) })
        writer.set("processes", processes)
    }
}

extension BuildRequest.Cache: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        directory = try members.at("directory").text()
        limitBytes = try members.at("limitBytes").int64()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("directory", directory)
        writer.set("limitBytes", Int(limitBytes))
    }
}

extension BuildRequest.Attempt: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        number = try members.at("number").integer()
        previous = try members.find("previous")?.text()
        projectLimit = try members.at("projectLimit").integer()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("number", number)
        writer.set("previous", previous)
        writer.set("projectLimit", projectLimit)
    }
}

extension BuildRequest.Batch: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        id = try members.at("id").text()
        identifier = try members.at("identifier").text()
        shard = try members.find("shard")?.integer()
        shardCount = try members.find("shardCount")?.integer()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("id", id)
        writer.set("identifier", identifier)
        writer.set("shard", shard)
        writer.set("shardCount", shardCount)
    }
}

extension BuildRequest.Start: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        phase = try members.at("phase").phase()
        place = try members.at("place").read(DebugPoint.Place.init)
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("phase", phase.rawValue)
        writer.set("place", place)
    }
}

extension DebugPoint.Place: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        directory = try members.at("directory").text()
        environment = try members.at("environment").texts()
        withheld = try members.at("withheld").texts()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("directory", directory)
        writer.set("environment", environment)
        writer.set("withheld", withheld)
    }
}
