// SPDX-License-Identifier: Apache-2.0

import Builds
import Environments
import WireWords

/// An environment as Elastic Beanstalk's API shows it: `EnvironmentDescription`, and what Nacre knows beside it.
struct EnvironmentView: Encodable {
    private let report: EnvironmentReport

    private enum CodingKeys: String, CodingKey {
        case name = "EnvironmentName"
        case id = "EnvironmentId"
        case arn = "EnvironmentArn"
        case application = "ApplicationName"
        case version = "VersionLabel"
        case platform = "SolutionStackName"
        case endpoint = "EndpointURL"
        case cname = "CNAME"
        case created = "DateCreated"
        case updated = "DateUpdated"
        case status = "Status"
        case isAbortable = "AbortableOperationInProgress"
        case health = "Health"
        case healthStatus = "HealthStatus"
        case tier = "Tier"
        case links = "EnvironmentLinks"
        case nacre = "Nacre"
    }

    private struct Tier: Encodable {
        private enum CodingKeys: String, CodingKey {
            case name = "Name"
            case type = "Type"
            case version = "Version"
        }

        let name = "WebServer"
        let type = "Standard"
        let version = "1.0"

        func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(name, forKey: .name)
            try values.encode(type, forKey: .type)
            try values.encode(version, forKey: .version)
        }
    }

    /// What AWS has no word for.
    private struct Extension: Encodable {
        let url: String
        let port: Int
        let variables: [String: String]
        let causes: [String]
        let running: EnvironmentState.Running?
        let previousVersion: String?
        let deployments: [Deployment]
        let events: [EnvironmentEvent]
        let isAlive: Bool
    }

    /// The answer of `DescribeEnvironments`.
    struct Several: Encodable {
        private let environments: [EnvironmentView]

        init(_ reports: [EnvironmentReport]) {
            environments = reports.map { EnvironmentView(report: $0) }
        }

        private enum CodingKeys: String, CodingKey {
            case environments = "Environments"
        }
    }

    func encode(to encoder: any Encoder) throws {
        let settings = report.settings
        let state = report.state
        let running = (report.desired?.runs ?? false) ? state.running : nil
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(settings.name, forKey: .name)
        try values.encode(settings.id, forKey: .id)
        let place = "arn:aws:elasticbeanstalk:us-east-1:000000000000:environment"
        try values.encode("\(place)/\(settings.application)/\(settings.name)", forKey: .arn)
        try values.encode(settings.application, forKey: .application)
        try values.encodeIfPresent(running?.version, forKey: .version)
        try values.encodeIfPresent(settings.platform, forKey: .platform)
        try values.encode("127.0.0.1:\(settings.port)", forKey: .endpoint)
        try values.encode("127.0.0.1:\(settings.port)", forKey: .cname)
        try values.encode(Timestamp(milliseconds: settings.createdAt), forKey: .created)
        try values.encode(Timestamp(milliseconds: max(settings.updatedAt, state.updatedAt)), forKey: .updated)
        try values.encode(state.status.rawValue, forKey: .status)
        try values.encode(false, forKey: .isAbortable)
        try values.encode(state.health.rawValue, forKey: .health)
        try values.encode(Self.status(of: state.health), forKey: .healthStatus)
        try values.encode(Tier(), forKey: .tier)
        try values.encode([String](), forKey: .links)
        let more = Extension(
            url: settings.url,
            port: settings.port,
            variables: settings.variables,
            causes: state.causes,
            running: running,
            previousVersion: state.previous,
            deployments: state.deployments,
            events: state.events,
            isAlive: report.isAlive
        )
        try values.encode(more, forKey: .nacre)
    }

    /// `HealthStatus`, of enhanced health.
    private static func status(of health: EnvironmentHealth) -> String {
        switch health {
        case .green: "Ok"
        case .yellow: "Warning"
        case .red: "Severe"
        case .grey: "NoData"
        }
    }
}
