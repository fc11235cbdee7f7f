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

    package func write(to writer: inout JSONWriter) {
        writer.set("arn", arn)
        writer.set("artifacts", artifacts)
        writer.set("autoRetryConfig", autoRetryConfig)
        writer.set("batchBuildIdentifier", batchBuildIdentifier)
        writer.set("buildBatchArn", buildBatchArn)
        writer.set("buildComplete", buildComplete)
        writer.set("buildNumber", buildNumber)
        writer.set("buildStatus", buildStatus.rawValue)
        writer.set("currentPhase", currentPhase.rawValue)
        writer.set("endTime", endTime?.text)
        writer.set("environment", environment)
        writer.set("exportedEnvironmentVariables", exportedEnvironmentVariables)
        writer.set("id", id)
        writer.set("initiator", initiator)
        writer.set("logs", logs)
        writer.set("phases", phases)
        writer.set("pipelineAction", pipelineAction)
        writer.set("pipelineExecution", pipelineExecution)
        writer.set("projectName", projectName)
        writer.set("removal", removal)
        writer.set("reportArns", reportArns)
        writer.set("resolvedSourceVersion", resolvedSourceVersion)
        writer.set("secondaryArtifacts", secondaryArtifacts)
        writer.set("secondarySources", secondarySources)
        writer.set("source", source)
        writer.set("sourceVersion", sourceVersion)
        writer.set("startTime", startTime.text)
        writer.set("statusReason", statusReason)
        writer.set("timeoutInMinutes", timeoutInMinutes)
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

    package func write(to writer: inout JSONWriter) {
        writer.set("contexts", contexts)
        writer.set("durationInSeconds", durationInSeconds)
        writer.set("endTime", endTime?.text)
        writer.set("phaseStatus", phaseStatus?.rawValue)
        writer.set("phaseType", phaseType.rawValue)
        writer.set("startTime", startTime.text)
    }
}

extension Build.Phase.Context: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        statusCode = try members.at("statusCode").text()
        message = try members.at("message").text()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("message", message)
        writer.set("statusCode", statusCode)
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

    package func write(to writer: inout JSONWriter) {
        writer.set("buildspec", buildspec)
        writer.set("location", location)
        writer.set("sourceIdentifier", sourceIdentifier)
        writer.set("type", type)
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

    package func write(to writer: inout JSONWriter) {
        writer.set("artifactIdentifier", artifactIdentifier)
        writer.set("files", files)
        writer.set("location", location)
        writer.set("name", name)
        writer.set("sha256sum", sha256sum)
        writer.set("size", size.map { Int($0) })
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

    package func write(to writer: inout JSONWriter) {
        writer.set("computeType", computeType)
        writer.set("environmentVariables", environmentVariables)
        writer.set("image", image)
        writer.set("privilegedMode", privilegedMode)
        writer.set("type", type)
    }
}

extension Build.ExportedVariable: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        name = try members.at("name").text()
        value = try members.at("value").text()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("name", name)
        writer.set("value", value)
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

    package func write(to writer: inout JSONWriter) {
        writer.set("autoRetryLimit", autoRetryLimit)
        writer.set("autoRetryNumber", autoRetryNumber)
        writer.set("isRetryRequested", isRetryRequested)
        writer.set("nextAutoRetry", nextAutoRetry)
        writer.set("previousAutoRetry", previousAutoRetry)
    }
}

extension Build.Logs: JSONRepresentable {
    package init(json: JSONValue) throws {
        file = try JSONMembers(json).at("file").text()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("file", file)
    }
}

extension Build.Removal: JSONRepresentable {
    package init(json: JSONValue) throws {
        let members = try JSONMembers(json)
        time = try members.at("time").time()
        reason = try members.at("reason").text()
    }

    package func write(to writer: inout JSONWriter) {
        writer.set("reason", reason)
        writer.set("time", time.text)
    }
}
