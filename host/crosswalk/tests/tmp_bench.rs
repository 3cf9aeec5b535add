use std::collections::BTreeMap; use std::time::Instant; use model::*; use engine_crosswalk::*;
#[test] fn bench() {
 let k: KindId = "a.x@1".parse().unwrap(); let n=1_000_000usize;
 let now = Timestamp::from_second(1_800_000_000).unwrap();
 let facts: Vec<Fact> = (0..n).map(|i| Fact{collector:"c".parse().unwrap(),kind:k.clone(),scope:"s".parse().unwrap(),subject:SubjectId::new(format!("u{i:08}")).unwrap(),observed_at:now,body:Body::from_canonical("{}"),digest:Digest::of(b""),from:vec![],field_gaps:vec![]}).collect();
 let set=FactSet::new(facts,vec![ScopeState{collector:"c".parse().unwrap(),kind:k.clone(),scope:"s".parse().unwrap(),completeness:Completeness::Complete{count:n as u64,observed_at:now},basis:Basis::Collected}],vec![]);
 let rules: Vec<RuleHeader>=(0..5).map(|r| RuleHeader{id:format!("r/{r}").parse().unwrap(),title:"".into(),kind:k.clone(),controls:vec![format!("k/{r}").parse().unwrap(),"k/all".parse().unwrap()],severity:Severity::High,fresh_for:Seconds(86400),parameters:BTreeMap::new(),joins:vec![],group_by:vec![],remediation:"".into(),origin:RuleOrigin::Shipped,digest:Digest::of(b"")}).collect();
 let f=FindingSet::new(rules.iter().enumerate().map(|(r,h)| RuleFindings{rule:h.id.clone(),subjects:Subjects::Facts(0..n),outcomes:(0..n).map(|i| if i%15==r {Outcome::Fail} else {Outcome::Pass}).collect(),notes:vec![],valid_until:vec![]}).collect());
 let mut c=Catalog::default();
 for id in ["k/0","k/1","k/2","k/3","k/4","k/all"] { c.controls.insert(id.parse().unwrap(),Control{id:id.parse().unwrap(),title:"".into(),description:"".into(),owner:None,frequency:Frequency::Daily,within: (id=="k/0").then_some(Seconds(1)),edges:vec![],enabled:true}); }
 let none=|_:&FindingId| None;
 for _ in 0..3 { let t=Instant::now(); let a=assess(&c,&AssessScope::default(),&Evidence{facts:&set,findings:&f,rules:&rules,waivers:&[],attestations:&[],carve_outs:&[],failing_since:&none,now}); println!("{:?} {}",t.elapsed(),a.controls.len()); }
}
