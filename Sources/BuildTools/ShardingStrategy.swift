// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import Zips

/// How test files are shared out among the builds of a `build-fanout`.
///
/// [About test splitting](https://docs.aws.amazon.com/codebuild/latest/userguide/parallel-test-splitting.html)
package enum ShardingStrategy: String, CaseIterable, Sendable {
    /// Sorted by name and cut into runs whose lengths differ by one at most.
    case equalDistribution = "equal-distribution"
    /// Each file by a consistent hash of its name: others coming or going do not move it, and with one shard more only
    /// those files move that go to the new one.
    case stability

    /// Picks the files of one shard.
    /// - Parameters:
    ///   - files: all files, in any order.
    ///   - shard: from 0.
    ///   - total: how many shards there are, at least 1.
    /// - Returns: the shard's files, sorted.
    package func files(_ files: [String], shard: Int, of total: Int) -> [String] {
        let sorted = Set(files).sorted { ZipPath.precedes($0, $1) }
        switch self {
        case .equalDistribution:
            // The first `rest` shards take one more.
            let (least, rest) = sorted.count.quotientAndRemainder(dividingBy: total)
            let start = shard * least + min(shard, rest)
            return Array(sorted[start..<(start + least + (shard < rest ? 1 : 0))])
        case .stability:
            return sorted.filter { Self.shard(of: $0, total) == shard }
        }
    }

    /// The shard whose number gives the highest hash together with the name (rendezvous hashing).
    private static func shard(of file: String, _ total: Int) -> Int {
        var best = (weight: [UInt8](), shard: 0)
        for shard in 0..<total {
            let weight = SHA256Digest(of: Array("\(shard)\n\(file)".utf8)).bytes
            if best.weight.lexicographicallyPrecedes(weight) { best = (weight, shard) }
        }
        return best.shard
    }
}
