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

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("id", id.description)
        members.set("number", number)
        members.set("initiator", initiator)
        members.set("region", region)
        members.set("isLocal", isLocal)
        members.set("source", source.json)
        members.set("secondarySources", .array(secondarySources.map(\.json)))
        members.set("buildspec", buildspec.json)
        members.set("overrides", .array(overrides.map(\.json)))
        members.set("machineEnvironment", machineEnvironment)
        members.set("push", push?.json)
        members.set("submittedAt", submittedAt.text)
        members.set("queuedAt", queuedAt.text)
        members.set("startedAt", startedAt.text)
        members.set("graceSeconds", graceSeconds)
        members.set("timeoutSeconds", timeoutSeconds)
        members.set("isolation", isolation.json)
        members.set("limits", limits.json)
        members.set("logLimitBytes", logLimitBytes)
        members.set("isPrivileged", isPrivileged)
        members.set("cache", cache?.json)
        members.set("attempt", attempt.json)
        members.set("batch", batch?.json)
        members.set("isDebug", isDebug)
        members.set("keepsWorkspace", keepsWorkspace)
        members.set("start", start?.json)
        members.set("outputs", outputs)
        members.set("leavesProcesses", leavesProcesses)
        members.set("workingTree", workingTree)
        return members.json
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

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("identifier", identifier)
        members.set("directory", directory)
        members.set("type", type)
        members.set("location", location)
        members.set("version", version)
        members.set("resolvedVersion", resolvedVersion)
        return members.json
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

    package var json: JSONValue {
        switch self {
        case .file(let path): .object(["file": .object(["_0": .string(path)])])
        case .inline(let text): .object(["inline": .object(["_0": .string(text)])])
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

    package var json: JSONValue {
        switch self {
        case .none: .object(["none": .object([:])])
        case .sandbox(let hasNetwork): .object(["sandbox": .object(["hasNetwork": .bool(hasNetwork)])])
        case .image(let image, let hasNetwork):
            .object(["image": .object(["_0": .string(image), "hasNetwork": .bool(hasNetwork)])])
        }
    }
}

extension BuildRequest.Push: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        ref = try members.at("ref").text()
        previousCommit = try members.at("previousCommit").text()
    }

    package var json: JSONValue { .object(["ref": .string(ref), "previousCommit": .string(previousCommit)]) }
}

extension BuildRequest.Limits: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        memoryBytes = try members.find("memoryBytes")?.int64()
        cpus = try members.find("cpus")?.number()
        processes = try members.find("processes")?.integer()
    }

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("memoryBytes", memoryBytes.map { Int($0) })
        members.set("cpus", cpus)
        members.set("processes", processes)
        return members.json
    }
}

extension BuildRequest.Cache: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        directory = try members.at("directory").text()
        limitBytes = try members.at("limitBytes").int64()
    }

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("directory", directory)
        members.set("limitBytes", Int(limitBytes))
        return members.json
    }
}

extension BuildRequest.Attempt: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        number = try members.at("number").integer()
        previous = try members.find("previous")?.text()
        projectLimit = try members.at("projectLimit").integer()
    }

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("number", number)
        members.set("previous", previous)
        members.set("projectLimit", projectLimit)
        return members.json
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

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("id", id)
        members.set("identifier", identifier)
        members.set("shard", shard)
        members.set("shardCount", shardCount)
        return members.json
    }
}

extension BuildRequest.Start: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        phase = try members.at("phase").phase()
        place = try members.at("place").read(DebugPoint.Place.init)
    }

    package var json: JSONValue { .object(["phase": .string(phase.rawValue), "place": place.json]) }
}

extension DebugPoint.Place: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        directory = try members.at("directory").text()
        environment = try members.at("environment").texts()
        withheld = try members.at("withheld").texts()
    }

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("directory", directory)
        members.set("environment", environment)
        members.set("withheld", withheld)
        return members.json
    }
}
