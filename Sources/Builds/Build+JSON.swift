// SPDX-License-Identifier: Apache-2.0

package import JSON
internal import WireWords

// Every build writes these types, and the daemon reads and writes them again.

extension Build: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        id = try members.at("id").text()
        arn = try members.at("arn").text()
        buildNumber = try members.at("buildNumber").integer()
        projectName = try members.at("projectName").text()
        buildStatus = try members.at("buildStatus").status()
        currentPhase = try members.at("currentPhase").phase()
        buildComplete = try members.at("buildComplete").flag()
        startTime = try members.at("startTime").time()
        endTime = try members.find("endTime")?.time()
        initiator = try members.at("initiator").text()
        sourceVersion = try members.find("sourceVersion")?.text()
        resolvedSourceVersion = try members.find("resolvedSourceVersion")?.text()
        phases = try members.at("phases").elements(Phase.init)
        source = try members.at("source").read(Source.init)
        secondarySources = try members.at("secondarySources").elements(Source.init)
        artifacts = try members.at("artifacts").read(Artifacts.init)
        secondaryArtifacts = try members.at("secondaryArtifacts").elements(Artifacts.init)
        environment = try members.at("environment").read(Environment.init)
        exportedEnvironmentVariables = try members.at("exportedEnvironmentVariables").elements(ExportedVariable.init)
        logs = try members.at("logs").read(Logs.init)
        timeoutInMinutes = try members.find("timeoutInMinutes")?.integer()
        reportArns = try members.find("reportArns")?.texts()
        buildBatchArn = try members.find("buildBatchArn")?.text()
        batchBuildIdentifier = try members.find("batchBuildIdentifier")?.text()
        autoRetryConfig = try members.find("autoRetryConfig")?.read(AutoRetryConfig.init)
        pipelineExecution = try members.find("pipelineExecution")?.text()
        pipelineAction = try members.find("pipelineAction")?.text()
        statusReason = try members.find("statusReason")?.text()
        removal = try members.find("removal")?.read(Removal.init)
    }

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("id", id)
        members.set("arn", arn)
        members.set("buildNumber", buildNumber)
        members.set("projectName", projectName)
        members.set("buildStatus", buildStatus.rawValue)
        members.set("currentPhase", currentPhase.rawValue)
        members.set("buildComplete", buildComplete)
        members.set("startTime", startTime.text)
        members.set("endTime", endTime?.text)
        members.set("initiator", initiator)
        members.set("sourceVersion", sourceVersion)
        members.set("resolvedSourceVersion", resolvedSourceVersion)
        members.set("phases", .array(phases.map(\.json)))
        members.set("source", source.json)
        members.set("secondarySources", .array(secondarySources.map(\.json)))
        members.set("artifacts", artifacts.json)
        members.set("secondaryArtifacts", .array(secondaryArtifacts.map(\.json)))
        members.set("environment", environment.json)
        members.set("exportedEnvironmentVariables", .array(exportedEnvironmentVariables.map(\.json)))
        members.set("logs", logs.json)
        members.set("timeoutInMinutes", timeoutInMinutes)
        members.set("reportArns", reportArns)
        members.set("buildBatchArn", buildBatchArn)
        members.set("batchBuildIdentifier", batchBuildIdentifier)
        members.set("autoRetryConfig", autoRetryConfig?.json)
        members.set("pipelineExecution", pipelineExecution)
        members.set("pipelineAction", pipelineAction)
        members.set("statusReason", statusReason)
        members.set("removal", removal?.json)
        return members.json
    }
}

extension Build.Phase: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        phaseType = try members.at("phaseType").phase()
        phaseStatus = try members.find("phaseStatus")?.status()
        startTime = try members.at("startTime").time()
        endTime = try members.find("endTime")?.time()
        durationInSeconds = try members.find("durationInSeconds")?.integer()
        contexts = try members.find("contexts")?.elements(Context.init)
    }

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("phaseType", phaseType.rawValue)
        members.set("phaseStatus", phaseStatus?.rawValue)
        members.set("startTime", startTime.text)
        members.set("endTime", endTime?.text)
        members.set("durationInSeconds", durationInSeconds)
        members.set("contexts", contexts.map { .array($0.map(\.json)) })
        return members.json
    }
}

extension Build.Phase.Context: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        statusCode = try members.at("statusCode").text()
        message = try members.at("message").text()
    }

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("statusCode", statusCode)
        members.set("message", message)
        return members.json
    }
}

extension Build.Source: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        type = try members.at("type").text()
        location = try members.at("location").text()
        buildspec = try members.find("buildspec")?.text()
        sourceIdentifier = try members.find("sourceIdentifier")?.text()
    }

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("type", type)
        members.set("location", location)
        members.set("buildspec", buildspec)
        members.set("sourceIdentifier", sourceIdentifier)
        return members.json
    }
}

extension Build.Artifacts: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        location = try members.at("location").text()
        sha256sum = try members.find("sha256sum")?.text()
        artifactIdentifier = try members.find("artifactIdentifier")?.text()
        name = try members.find("name")?.text()
        size = try members.find("size")?.int64()
        files = try members.find("files")?.integer()
    }

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("location", location)
        members.set("sha256sum", sha256sum)
        members.set("artifactIdentifier", artifactIdentifier)
        members.set("name", name)
        members.set("size", size.map { Int($0) })
        members.set("files", files)
        return members.json
    }
}

extension Build.Environment: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        type = try members.at("type").text()
        image = try members.at("image").text()
        computeType = try members.at("computeType").text()
        environmentVariables = try members.at("environmentVariables").elements(EnvironmentVariable.init)
        privilegedMode = try members.at("privilegedMode").flag()
    }

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("type", type)
        members.set("image", image)
        members.set("computeType", computeType)
        members.set("environmentVariables", .array(environmentVariables.map(\.json)))
        members.set("privilegedMode", privilegedMode)
        return members.json
    }
}

extension Build.ExportedVariable: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        name = try members.at("name").text()
        value = try members.at("value").text()
    }

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("name", name)
        members.set("value", value)
        return members.json
    }
}

extension Build.AutoRetryConfig: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        autoRetryLimit = try members.at("autoRetryLimit").integer()
        autoRetryNumber = try members.at("autoRetryNumber").integer()
        nextAutoRetry = try members.find("nextAutoRetry")?.text()
        previousAutoRetry = try members.find("previousAutoRetry")?.text()
        isRetryRequested = try members.find("isRetryRequested")?.flag()
    }

    package var json: JSONValue {
        var members = JSONMembers()
        members.set("autoRetryLimit", autoRetryLimit)
        members.set("autoRetryNumber", autoRetryNumber)
        members.set("nextAutoRetry", nextAutoRetry)
        members.set("previousAutoRetry", previousAutoRetry)
        members.set("isRetryRequested", isRetryRequested)
        return members.json
    }
}

extension Build.Logs: JSONRepresentable {
    package init(json: JSONValue) throws {
        file = try JSONMembers(json).at("file").text()
    }

    package var json: JSONValue { .object(["file": .string(file)]) }
}

extension Build.Removal: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        time = try members.at("time").time()
        reason = try members.at("reason").text()
    }

    package var json: JSONValue { .object(["time": .string(time.text), "reason": .string(reason)]) }
}
