// SPDX-License-Identifier: Apache-2.0

/// The steps of an in-place deployment, in their order.
///
/// Source: "AppSpec 'hooks' section for an EC2/on-premises deployment", CodeDeploy user guide.
package enum LifecycleEvent: String, CaseIterable, Sendable, Hashable {
    /// Scripts of the revision that was deployed last.
    case applicationStop = "ApplicationStop"
    case downloadBundle = "DownloadBundle"
    case beforeInstall = "BeforeInstall"
    case install = "Install"
    case afterInstall = "AfterInstall"
    case applicationStart = "ApplicationStart"
    case validateService = "ValidateService"

    /// Whether an appspec may have scripts for it.
    package var takesScripts: Bool { self != .downloadBundle && self != .install }

    /// Events that take place where a load balancer stands in front, which there is none of here.
    static let ofLoadBalancers: Set<String> = [
        "BeforeBlockTraffic", "AfterBlockTraffic", "BeforeAllowTraffic", "AfterAllowTraffic",
    ]

    /// Events that no appspec may have scripts for.
    static let withoutScripts: Set<String> = [
        "DownloadBundle", "Install", "BlockTraffic", "AllowTraffic", "Start", "End",
    ]

    /// What all scripts of one event may take together.
    package static let limitSeconds = 3600
}
