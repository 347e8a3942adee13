//! Cycles in a graph: the sets of nodes that can reach each other.

use std::collections::BTreeSet;

/// All cycles, each with its nodes in order. A single node is not a cycle.
pub fn cycles(nodes: usize, arrows: &BTreeSet<(usize, usize)>) -> Vec<Vec<usize>> {
    let reached: Vec<BTreeSet<usize>> = (0..nodes).map(|node| reachable(node, arrows)).collect();
    let mut found: BTreeSet<Vec<usize>> = BTreeSet::new();
    for (node, there) in reached.iter().enumerate() {
        let cycle: Vec<usize> = there.iter().copied().filter(|other| reached[*other].contains(&node)).collect();
        if cycle.len() > 1 {
            found.insert(cycle);
        }
    }
    found.into_iter().collect()
}

fn reachable(from: usize, arrows: &BTreeSet<(usize, usize)>) -> BTreeSet<usize> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(node) = open.pop() {
        let next = arrows.range((node, 0)..=(node, usize::MAX)).map(|(_, to)| *to);
        open.extend(next.filter(|to| seen.insert(*to)));
    }
    seen
}

#[test]
fn cycles_are_found_and_diamonds_are_not() {
    let arrows = BTreeSet::from([(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (4, 5), (5, 3), (6, 6)]);
    assert_eq!(cycles(7, &arrows), [vec![3, 4, 5]]);
}
