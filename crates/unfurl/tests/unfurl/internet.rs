//! A small internet on a loopback port: what each path of it answers, and what it was asked.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use parlor_unfurl::{Fetcher, Net, Options, Page, Pretended, Refused, Url};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// A public address.
pub(crate) const PUBLIC: &str = "93.184.215.14";

/// What is answered: the head and the first bytes, and what goes on after them.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) bytes: Vec<u8>,
    pub(crate) after: After,
}

/// What follows an answer's first bytes.
#[derive(Clone, Copy)]
pub(crate) enum After {
    /// The connection ends.
    End,
    /// Silence.
    Silence,
    /// Zeros without end.
    Flood,
}

/// An answer of this head and body.
pub(crate) fn answer(head: &str, body: &str) -> Answer {
    let bytes = format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n{body}").into_bytes();
    Answer { bytes, after: After::End }
}

/// A page with this title.
pub(crate) fn page(title: &str) -> Answer {
    answer("200 OK\r\ncontent-type: text/html; charset=utf-8", &format!("<title>{title}</title><body>"))
}

/// A redirect.
pub(crate) fn elsewhere(to: &str) -> Answer {
    answer(&format!("302 Found\r\nlocation: {to}"), "")
}

/// The internet.
pub(crate) struct Internet {
    pub(crate) net: Pretended,
    /// The requests that came, as they came.
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
    /// The names that were looked up.
    pub(crate) looked_up: Arc<Mutex<Vec<String>>>,
    _serving: JoinSet<()>,
}

impl Internet {
    /// An internet of these paths, in which names answer as told; those that are not named have a public address.
    pub(crate) async fn of(paths: &[(&str, Answer)], names: &[(&str, &[&[&str]])]) -> Self {
        let answers: HashMap<_, _> =
            paths.iter().map(|(path, it)| ((*path).to_owned(), it.clone())).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let mut serving = JoinSet::new();
        let heard = Arc::clone(&asked);
        serving.spawn(async move {
            let mut talks = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                talks.spawn(talk(stream, answers.clone(), Arc::clone(&heard)));
            }
        });
        let looked_up = Arc::new(Mutex::new(Vec::new()));
        let names = Arc::new(scripted(names, Arc::clone(&looked_up)));
        let net = Pretended { names, at, own: vec!["93.184.215.99".parse().unwrap()] };
        Self { net, asked, looked_up, _serving: serving }
    }

    /// A fetcher in it.
    pub(crate) fn fetcher(&self) -> Fetcher {
        let net = Net::Pretended(self.net.clone());
        Fetcher::new(Options { own_hosts: vec!["chat.test".into()], ..Options::from(net) })
    }

    /// Fetches a page.
    pub(crate) async fn page(&self, url: &str) -> Result<Page, Refused> {
        self.fetcher().page(&Url::parse(url).unwrap()).await
    }

    /// How many requests came.
    pub(crate) fn requests(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

/// Each name's answers, one after the other; the last one stays.
fn scripted(
    names: &[(&str, &[&[&str]])],
    looked_up: Arc<Mutex<Vec<String>>>,
) -> impl Fn(&str) -> Vec<IpAddr> + Send + Sync + use<> {
    let parse =
        |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect::<Vec<IpAddr>>();
    let script =
        |(name, answers): &(&str, &[&[&str]])| ((*name).to_owned(), answers.iter().map(parse).collect());
    let names: HashMap<String, Vec<Vec<IpAddr>>> = names.iter().map(script).collect();
    move |name| {
        let mut looked_up = looked_up.lock().unwrap();
        let before = looked_up.iter().filter(|known| *known == name).count();
        looked_up.push(name.to_owned());
        match names.get(name) {
            Some(answers) => answers[before.min(answers.len() - 1)].clone(),
            None => vec![PUBLIC.parse().unwrap()],
        }
    }
}

/// Hears one request and answers it.
pub(crate) async fn talk(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answers: HashMap<String, Answer>,
    asked: Arc<Mutex<Vec<String>>>,
) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        request.push(byte);
    }
    let request = String::from_utf8(request).unwrap();
    let path = request.split(' ').nth(1).unwrap().to_owned();
    asked.lock().unwrap().push(request);
    let Answer { bytes, after } = answers.get(&path).cloned().unwrap_or_else(|| answer("404 Not Found", ""));
    // Whoever asked may have heard enough.
    let _gone = stream.write_all(&bytes).await;
    match after {
        After::End => drop(stream.shutdown().await),
        After::Silence => std::future::pending().await,
        After::Flood => while stream.write_all(&[0; 8_192]).await.is_ok() {},
    }
}
