//! The workspace: its set-up, its name and its door.

use parlor_protocol::workspace::{WorkspaceChange, WorkspaceSetUp};
use parlor_protocol::{Code, limits};
use parlor_store::records::MessageText;
use parlor_store::write::users::NewUser;
use parlor_store::write::workspace::{ChangeWorkspace, SetUp};

use crate::fault::{Answer, Fault};
use crate::proof::{Admitted, Caller, Visitor};
use crate::{Chat, markdown, names, text, tokens, wire};

/// Name of the first room.
const LOBBY: &str = "lobby";
/// The first message, by the built-in bot.
const WELCOME: &str = "Welcome! This is the **lobby**: everyone who comes in is here.\n\n\
    - Admins invite people from the menu of the workspace.\n\
    - Make rooms for what you talk about, or write to somebody directly.\n\
    - Messages are Markdown: `*emphasis*`, lists, quotes, code.";

/// Sets the workspace up, once, with the token of the set-up link; makes its owner and the lobby.
pub async fn set_up(chat: &Chat, visitor: &Visitor, request: WorkspaceSetUp) -> Result<Admitted, Fault> {
    match chat.set_up_token() {
        None => return Err(parlor_store::Refused::Conflict(parlor_store::Conflict::SetUpDone).into()),
        Some(token) if !tokens::equal(&token, &request.token) => {
            return Err(Fault::refused(
                Code::Forbidden,
                "token: this is not the set-up link that the server printed",
            ));
        }
        Some(_) => {}
    }
    let workspace = text::some_line(&request.workspace, "workspace", limits::NAME_CHARS)?;
    let username = names::username(&request.username)?;
    let name = names::display(&request.name)?;
    let own = vec![workspace.clone(), username.clone(), name.name.clone()];
    let password = chat.verifier.hash_new(&request.password, own).await?;
    let secret = tokens::secret()?;
    let bot = NewUser {
        username: bot_username(&username),
        name: names::display(bot_name(&name.name))?,
        password: None,
    };
    let entered = chat
        .store
        .write(SetUp {
            workspace,
            owner: NewUser { username, name, password: Some(password) },
            session: visitor.device(&secret),
            bot,
            lobby: LOBBY.into(),
            welcome: welcome(),
            standing: tokens::secret()?,
        })
        .await?;
    chat.set_up.forget();
    Ok(Admitted::new(chat, entered, secret))
}

/// The built-in bot makes way for an owner of its name.
fn bot_username(owner: &str) -> String {
    if owner == "parlor" { "parlor-bot" } else { "parlor" }.into()
}

fn bot_name(owner: &str) -> &'static str {
    if names::alike(owner, "Parlor") { "Parlor’s bot" } else { "Parlor" }
}

fn welcome() -> MessageText {
    let html = markdown::render(WELCOME, &markdown::Named::default()).html;
    MessageText { text: WELCOME.into(), html: html.into(), ..MessageText::default() }
}

/// Changes name and door.
pub async fn change(chat: &Chat, caller: &Caller, request: WorkspaceChange) -> Answer<WorkspaceChange> {
    let actor = caller.acts::<WorkspaceChange>()?;
    let name = request.name.map(|name| text::some_line(&name, "name", limits::NAME_CHARS)).transpose()?;
    let workspace = chat.store.write(ChangeWorkspace { actor, name, door: request.door }).await?;
    Ok(wire::workspace(&workspace))
}
