// SPDX-License-Identifier: Apache-2.0

package import Builds
internal import ControlGroups
internal import Files
internal import Glibc
internal import Processes
internal import WireWords

/// Removes what an outer supervisor has left that could not do it itself, as it was killed.
package enum IsolationCleanUp {
    /// Removes the containers, the control group and the files of a build.
    ///
    /// Call it for a lost build, beside `LostBuild.cleanUp`; where nothing was left it does nothing.
    package static func cleanUp(_ request: BuildRequest, tools: Tools = Tools()) {
        let uuid = request.id.uuid
        let scratch = scratchFolder(uuid)
        var isInImage = false
        if case .image = request.isolation { isInImage = true }
        if isInImage || request.isPrivileged {
            // The service, and a podman that waits for its container.
            StrayProcesses.kill(variable: Podman.mark, value: uuid)
            if (try? Folder.makeOwn(scratch)) != nil,
                let podman = try? Podman(tools: tools, option: "", buildUUID: uuid, scratch: scratch)
            {
                podman.run(["rm", "--force", "--ignore", "--time=0", Podman.containerName(uuid)])
                removeContainers(of: uuid, podman)
            }
        }
        if !request.limits.isEmpty {
            ControlGroup.removeLeftovers(prefix: BuildLimits.groupName(request.id)) { _ in false }
        }
        try? Folder.remove(scratch)
    }

    /// Removes every container that carries the build's mark.
    static func removeContainers(of uuid: String, _ podman: Podman) {
        let listed = podman.run(["ps", "--all", "--quiet", "--no-trunc"])
        let ids = listed.output.split(separator: "\n").map { String($0) }
        if ids.isEmpty { return }
        let format = "{{.Id}} {{index .Config.Annotations \"\(PodmanSettings.annotation)\"}}"
        // One that has just gone makes inspect fail, but the others are still told.
        let inspected = podman.run(["inspect", "--type=container", "--format", format] + ids)
        let own = inspected.output.split(separator: "\n").compactMap { line -> String? in
            let words = line.split(separator: " ")
            return words.count == 2 && words[1] == uuid ? String(words[0]) : nil
        }
        if !own.isEmpty { podman.run(["rm", "--force", "--ignore", "--time=0"] + own) }
    }

    /// The folder of an outer supervisor's own files, out of the build's reach.
    static func scratchFolder(_ uuid: String) -> String {
        let parent = unsafe access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        return "\(parent)/nacre-\(uuid).outer"
    }
}
