//! Deleted texts are gone from every file.

use std::fs;

use crate::house::House;

fn traces(house: &House, canary: &str) -> Vec<String> {
    let files = fs::read_dir(house.dir()).unwrap().map(|file| file.unwrap().path());
    let holding = files.filter(|path| {
        fs::read(path)
            .unwrap()
            .windows(canary.len())
            .any(|window| window.eq_ignore_ascii_case(canary.as_bytes()))
    });
    holding.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn after_a_delete_the_text_and_all_its_versions_are_in_no_file() {
    let house = House::new().await;
    let texts = ["canaryfirst7f3a", "canarysecond9b21", "canarylong5e ".repeat(800).leak() as &str];
    let mut seqs = Vec::new();
    for number in 0..30 {
        house.send(house.ana, house.lobby, &format!("around {number}")).await;
        let seq = house.send(house.ana, house.lobby, texts[0]).await;
        house.edit(house.ana, house.lobby, seq, texts[1]).await.unwrap();
        house.edit(house.ana, house.lobby, seq, texts[2]).await.unwrap();
        seqs.push(seq);
    }
    house.store.checkpoint().await;
    house.store.indexed().await;
    assert!(traces(&house, "canarylong5e").contains(&"parlor.db".to_owned()), "the instrument works");
    for seq in seqs {
        house.delete(house.ana, house.lobby, seq).await.unwrap();
    }
    house.store.indexed().await;
    house.store.checkpoint().await;
    for canary in ["canaryfirst7f3a", "canarysecond9b21", "canarylong5e"] {
        let kept = traces(&house, canary);
        assert_eq!(
            kept.iter().filter(|file| file.starts_with("parlor")).collect::<Vec<_>>(),
            Vec::<&String>::new()
        );
    }
    // The index merges its traces away after it has answered; closing waits for it.
    house.store.close().await;
    for canary in ["canaryfirst7f3a", "canarysecond9b21", "canarylong5e"] {
        assert_eq!(traces(&house, canary), Vec::<String>::new(), "{canary}");
    }
}
