//! Users: who sees whom, roles in the workspace, profiles.

use parlor_chat::{profiles, settings, users, workspace};
use parlor_protocol::people::{
    ProfileChange, Settings, SettingsChange, Theme, UserChangeRole, UserDisable, UserGet, UserList,
};
use parlor_protocol::rooms::RoomKind;
use parlor_protocol::workspace::WorkspaceChange;
use parlor_protocol::{Code, Role, UserId};

use crate::stage::{Person, Stage, code};

async fn set_role(stage: &Stage, by: &Person, user: UserId, role: Role) -> Result<(), parlor_chat::Fault> {
    users::change_role(&stage.chat, &stage.caller(by).await, UserChangeRole { user, role }).await.map(drop)
}

async fn names(stage: &Stage, by: &Person, query: &str) -> Vec<String> {
    let request = UserList { query: Some(query.into()), after: None, disabled: false };
    let found = users::list(&stage.chat, &stage.caller(by).await, request).await.unwrap();
    found.users.into_iter().map(|user| user.name).collect()
}

#[tokio::test]
async fn only_owners_make_and_unmake_admins_and_the_last_owner_stays() {
    let stage = Stage::new().await;
    let carl = stage.newcomer("carl").await;
    assert_eq!(code(set_role(&stage, &stage.ben, carl.id, Role::Moderator).await), Code::Forbidden);
    set_role(&stage, &stage.ana, stage.ben.id, Role::Admin).await.unwrap();
    assert_eq!(stage.caller(&stage.ben).await.role(), Role::Admin, "it counts at once");
    set_role(&stage, &stage.ben, carl.id, Role::Moderator).await.unwrap();
    for (user, role) in [(carl.id, Role::Admin), (stage.ben.id, Role::Owner), (stage.ana.id, Role::Member)] {
        assert_eq!(code(set_role(&stage, &stage.ben, user, role).await), Code::Forbidden, "{user} {role:?}");
    }
    let disable = UserDisable { user: stage.ana.id };
    assert_eq!(
        code(users::disable(&stage.chat, &stage.caller(&stage.ben).await, disable).await),
        Code::Forbidden
    );
    assert_eq!(code(set_role(&stage, &stage.ana, stage.ana.id, Role::Member).await), Code::Conflict);
    set_role(&stage, &stage.ana, stage.ben.id, Role::Owner).await.unwrap();
    set_role(&stage, &stage.ana, stage.ana.id, Role::Member).await.unwrap();
    assert_eq!(code(set_role(&stage, &stage.ben, stage.ben.id, Role::Admin).await), Code::Conflict);
}

#[tokio::test]
async fn a_role_in_the_workspace_counts_in_rooms_from_moderator_up() {
    let stage = Stage::new().await;
    let room = stage.room(RoomKind::Public, "roses").await;
    stage.join(&stage.ben, room).await.unwrap();
    assert_eq!(stage.insider(&stage.ben, room).await.unwrap().role(), Role::Member);
    set_role(&stage, &stage.ana, stage.ben.id, Role::Moderator).await.unwrap();
    assert_eq!(stage.insider(&stage.ben, room).await.unwrap().role(), Role::Moderator);
    set_role(&stage, &stage.ana, stage.ben.id, Role::Member).await.unwrap();
    assert_eq!(stage.insider(&stage.ben, room).await.unwrap().role(), Role::Member);
}

#[tokio::test]
async fn guests_see_only_who_shares_a_room_with_them() {
    let stage = Stage::new().await;
    let gus = stage.guest("Gus").await;
    let hidden = stage.newcomer("hilda").await;
    let lobby = stage.member::<parlor_protocol::rooms::RoomLeave>(&hidden, stage.lobby).await.unwrap();
    let leave = parlor_protocol::rooms::RoomLeave { nonce: stage.nonce(), room: stage.lobby };
    parlor_chat::rooms::leave(&stage.chat, &lobby, leave).await.unwrap();
    assert!(names(&stage, &gus, "hil").await.is_empty());
    assert_eq!(names(&stage, &gus, "an").await, ["Ana"]);
    assert_eq!(names(&stage, &stage.ben, "hil").await, ["hilda"]);
    let ask = |users: Vec<UserId>| UserGet { users };
    let seen =
        users::get(&stage.chat, &stage.caller(&gus).await, ask(vec![hidden.id, stage.ana.id, gus.id])).await;
    let seen: Vec<_> = seen.unwrap().users.into_iter().map(|user| user.id).collect();
    assert!(seen.len() == 2 && !seen.contains(&hidden.id));
    let many = ask((0..201).filter_map(UserId::new).collect());
    assert_eq!(code(users::get(&stage.chat, &stage.caller(&gus).await, many).await), Code::TooLarge);
    let disabled = UserList { query: None, after: None, disabled: true };
    assert_eq!(
        code(users::list(&stage.chat, &stage.caller(&stage.ben).await, disabled).await),
        Code::Forbidden
    );
}

#[tokio::test]
async fn a_new_profile_is_told_to_those_who_share_a_room() {
    let stage = Stage::new().await;
    let hilda = stage.newcomer("hilda").await;
    let lobby = stage.member::<parlor_protocol::rooms::RoomLeave>(&hilda, stage.lobby).await.unwrap();
    let leave = parlor_protocol::rooms::RoomLeave { nonce: stage.nonce(), room: stage.lobby };
    parlor_chat::rooms::leave(&stage.chat, &lobby, leave).await.unwrap();
    let (ana, ben, far) =
        (stage.listen(&stage.ana).await, stage.listen(&stage.ben).await, stage.listen(&hilda).await);
    let change = |name: &str| ProfileChange {
        name: Some(name.into()),
        status: Some(" in the\u{202E} garden ".into()),
        remove_avatar: false,
    };
    let caller = stage.caller(&stage.ben).await;
    let user = profiles::change(&stage.chat, &caller, change("Benno")).await.unwrap();
    assert_eq!((user.name.as_str(), user.status.as_str()), ("Benno", "in the garden"));
    for ear in [ana, ben] {
        let heard = stage.heard(ear);
        assert_eq!(
            (heard.len(), heard[0].0, heard[0].1["name"].as_str()),
            (1, "user:changed", Some("Benno"))
        );
    }
    assert_eq!(stage.events(far), [""; 0]);
    assert_eq!(code(profiles::change(&stage.chat, &caller, change("АNA")).await), Code::Conflict);
    assert_eq!(code(profiles::change(&stage.chat, &caller, change(&"x".repeat(51))).await), Code::TooLarge);
}

#[tokio::test]
async fn who_is_in_the_lobby_hears_who_a_newcomer_is_before_they_write() {
    let stage = Stage::new().await;
    let ear = stage.listen(&stage.ben).await;
    let carl = stage.newcomer("carl").await;
    let mut heard = stage.heard(ear);
    heard.sort_by_key(|(event, _)| *event);
    assert_eq!(heard.iter().map(|(event, _)| *event).collect::<Vec<_>>(), ["member:joined", "user:changed"]);
    assert_eq!(heard[1].1["id"], carl.id.to_string());
}

#[tokio::test]
async fn settings_reach_all_devices_of_their_user_and_nobody_else() {
    let stage = Stage::new().await;
    let (ana, ben) = (stage.listen(&stage.ana).await, stage.listen(&stage.ben).await);
    let settings = Settings { theme: Theme::Dark, sound: false, letter_keys: true, ..Settings::default() };
    let caller = stage.caller(&stage.ben).await;
    settings::change(&stage.chat, &caller, SettingsChange { settings }).await.unwrap();
    let heard = stage.heard(ben);
    assert_eq!((heard[0].0, heard[0].1["settings"]["theme"].as_str()), ("my:settings_changed", Some("dark")));
    assert_eq!(stage.events(ana), [""; 0]);
}

#[tokio::test]
async fn only_admins_change_the_workspace_and_everyone_hears_it() {
    let stage = Stage::new().await;
    let ear = stage.listen(&stage.ben).await;
    let change = || WorkspaceChange { name: Some(" Tree  lovers ".into()), door: None };
    let ben = stage.caller(&stage.ben).await;
    assert_eq!(code(workspace::change(&stage.chat, &ben, change()).await), Code::Forbidden);
    let ana = stage.caller(&stage.ana).await;
    assert_eq!(workspace::change(&stage.chat, &ana, change()).await.unwrap().name, "Tree lovers");
    assert_eq!(stage.events(ear), ["workspace:changed"]);
}
