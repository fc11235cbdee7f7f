// SPDX-License-Identifier: Apache-2.0

internal import Buckets
internal import Control
internal import Digests

/// What the stores know of where their contents came from; all methods block.
extension DefinitionStores {
    /// What serves in an environment.
    struct Deployed: Sendable, Hashable {
        var name: String
        /// In Elastic Beanstalk's words.
        var state: String
        /// Nil where nothing was deployed yet.
        var version: String?
        /// Of the bundle.
        var digest: String?
        var since: Int64?
        /// The execution's id; nil where a person has deployed it.
        var execution: String?
        /// As people call it.
        var executionName: String?
        /// The action execution's id.
        var action: String?
        var person: String?
    }

    /// What lies in a bucket.
    struct Contents: Sendable, Hashable {
        /// The objects that one action has put, or that were put by hand.
        struct Group: Sendable, Hashable {
            /// The action execution's id; nil: by hand.
            var action: String?
            /// The first of them.
            var keys: [String]
            var count: Int
            /// Of a single object.
            var digest: String?
            /// When the newest was put.
            var at: Int64
        }

        /// The newest first.
        var groups: [Group]
        /// Whether all objects were looked at.
        var isWhole: Bool
    }

    /// The metadata in which a deployment's objects name their action.
    private static let actionKey = "codepipeline-action-execution-id"
    /// Objects of a bucket that are looked at.
    private static let objectLimit = 10_000

    /// What lies in a bucket, by who has put it there; nil where there is no such bucket.
    func contents(of bucket: String) throws(ControlFailure) -> Contents? {
        do throws(BucketError) {
            guard let store = try BucketStore.existing(path: home.buckets, artifacts: artifacts),
                try store.bucket(bucket) != nil
            else { return nil }
            var groups: [String?: Contents.Group] = [:]
            var count = 0
            var start: String?
            repeat {
                let page = try store.list(bucket, after: start)
                for object in page.objects {
                    let action = object.content.metadata[Self.actionKey]
                    var group = groups[action] ?? Contents.Group(action: action, keys: [], count: 0, at: 0)
                    group.count += 1
                    if group.keys.count < 3 { group.keys.append(object.key) }
                    group.digest = group.count == 1 ? object.content.digest.hex : nil
                    group.at = max(group.at, object.modifiedAt)
                    groups[action] = group
                }
                count += page.objects.count
                start = page.next
            } while start != nil && count < Self.objectLimit
            return Contents(groups: groups.values.sorted { $0.at > $1.at }, isWhole: start == nil)
        } catch {
            throw ControlFailure(.fault, "\(error)")
        }
    }
}
