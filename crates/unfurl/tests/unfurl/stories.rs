//! What is fetched, and what is not for anything in the world.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parlor_unfurl::{Fetcher, Net, Options, Pretended, Refused, Url};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

use crate::internet::{After, Answer, Internet, PUBLIC, answer, elsewhere, page, talk};

#[tokio::test]
async fn a_page_is_asked_for_plainly_and_nothing_tells_who_asks() {
    let net = Internet::of(&[("/a?b=c", page("Hello"))], &[]).await;
    assert_eq!(net.page("http://site.test/a?b=c#d").await.unwrap().title, "Hello");
    let asked = net.asked.lock().unwrap().join("").to_ascii_lowercase();
    let mut lines: Vec<_> = asked.lines().filter(|line| !line.is_empty()).collect();
    lines.sort_unstable();
    let agent = format!("user-agent: parlor/{} (link preview)", env!("CARGO_PKG_VERSION"));
    let wanted = [
        "accept-encoding: identity",
        "accept: text/html, application/xhtml+xml",
        "get /a?b=c http/1.1",
        "host: site.test",
        &agent,
    ];
    assert_eq!(lines, wanted, "no cookie, no referrer, no credentials");
}

#[tokio::test]
async fn no_form_of_an_inside_address_is_ever_asked() {
    let net = Internet::of(&[("/", page("secret"))], &[]).await;
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.0.0.0x1",
        "127.0.0.1.",
        "0.0.0.0",
        "0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.88.99.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[::ffff:8.8.8.8]",
        "[::127.0.0.1]",
        "[::8.8.8.8]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::8.8.8.8]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2002:808:808::1]",
        "[2001::1]",
        "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
        "[2001:db8::1]",
        "[fc00::1]",
        "[fd00::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[ff02::1]",
        "localhost",
        "app.localhost",
        "router",
        "printer.local",
        "db.internal",
        "93.184.215.99",
        "chat.test",
        "CHAT.test.",
    ] {
        assert_eq!(net.page(&format!("http://{host}/")).await, Err(Refused::Inside), "{host}");
    }
    for url in [
        "http://site.test:22/",
        "https://site.test:8443/",
        "http://user@site.test/",
        "http://a:b@site.test/",
        "http://site.test@127.0.0.1/",
        "gopher://site.test/",
        "ftp://site.test/",
        "file:///etc/passwd",
    ] {
        assert_eq!(net.page(url).await, Err(Refused::Form), "{url}");
    }
    for url in
        ["http://127.0.0.1#@site.test/", "http://127.0.0.1\\@site.test/", "http://127.0.0.1?@site.test/"]
    {
        assert_eq!(net.page(url).await, Err(Refused::Inside), "{url}");
    }
    assert_eq!(net.requests(), 0);
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_one_inside_address_spoils_all_of_its_others() {
    let names: &[(&str, &[&[&str]])] = &[
        ("private.test", &[&["10.0.0.5"]]),
        ("mapped.test", &[&["::ffff:10.0.0.5"]]),
        ("mixed.test", &[&[PUBLIC, "127.0.0.1"]]),
        ("mixed6.test", &[&["2606:4700::1111", "fe80::1"]]),
        ("own.test", &[&["93.184.215.99"]]),
        ("nothing.test", &[&[]]),
        ("rebinding.test", &[&[PUBLIC], &["127.0.0.1"]]),
    ];
    let net = Internet::of(&[("/", page("once"))], names).await;
    for name in ["private.test", "mapped.test", "mixed.test", "mixed6.test", "own.test"] {
        assert_eq!(net.page(&format!("http://{name}/")).await, Err(Refused::Inside), "{name}");
    }
    assert_eq!(net.page("http://nothing.test/").await, Err(Refused::Unreachable));
    assert_eq!(net.requests(), 0);
    assert_eq!(net.page("http://rebinding.test/").await.unwrap().title, "once");
    let times = net.looked_up.lock().unwrap().iter().filter(|name| *name == "rebinding.test").count();
    assert_eq!(times, 1, "what was judged is what is connected to");
    assert_eq!(net.page("http://rebinding.test/").await, Err(Refused::Inside));
}

#[tokio::test]
async fn each_redirect_is_judged_anew_and_there_are_three_at_most() {
    let paths = [
        ("/1", elsewhere("/2")),
        ("/2", elsewhere("http://other.test/3")),
        ("/3", elsewhere("//third.test/4")),
        ("/4", page("There")),
        ("/0", elsewhere("/1")),
        ("/loop", elsewhere("/loop")),
        ("/in", elsewhere("http://127.0.0.1/4")),
        ("/meta", elsewhere("http://169.254.169.254/latest")),
        ("/name", elsewhere("http://private.test/4")),
        ("/port", elsewhere("http://site.test:6379/")),
        ("/gopher", elsewhere("gopher://site.test/4")),
        ("/file", elsewhere("file:///etc/passwd")),
        ("/user", elsewhere("http://a:b@site.test/4")),
        ("/none", answer("302 Found", "")),
        ("/bad", elsewhere("http://[")),
    ];
    let net = Internet::of(&paths, &[("private.test", &[&["192.168.0.1"]])]).await;
    assert_eq!(net.page("http://site.test/1").await.unwrap().title, "There");
    for (path, wanted) in [
        ("/0", Refused::Redirects),
        ("/loop", Refused::Redirects),
        ("/in", Refused::Inside),
        ("/meta", Refused::Inside),
        ("/name", Refused::Inside),
        ("/port", Refused::Form),
        ("/gopher", Refused::Form),
        ("/file", Refused::Form),
        ("/user", Refused::Form),
        ("/none", Refused::Redirects),
        ("/bad", Refused::Redirects),
    ] {
        let before = net.requests();
        assert_eq!(net.page(&format!("http://site.test{path}")).await, Err(wanted), "{path}");
        assert!(net.requests() - before <= 4, "{path}");
    }
}

#[tokio::test]
async fn only_pages_that_are_not_packed_are_read() {
    let typed = |kind: &str| answer(&format!("200 OK\r\ncontent-type: {kind}"), "<title>x</title>");
    let packed = |with: &str| {
        answer(&format!("200 OK\r\ncontent-type: text/html\r\ncontent-encoding: {with}"), "\x1F")
    };
    let paths = [
        ("/json", typed("application/json")),
        ("/image", typed("image/svg+xml")),
        ("/htmlish", typed("text/html-not")),
        ("/untyped", answer("200 OK", "<title>x</title>")),
        ("/gzip", packed("gzip")),
        ("/br", packed("br")),
        ("/missing", answer("404 Not Found\r\ncontent-type: text/html", "<title>x</title>")),
        ("/error", answer("500 No\r\ncontent-type: text/html", "<title>x</title>")),
        ("/xhtml", typed("Application/XHTML+xml; charset=utf-8")),
    ];
    let net = Internet::of(&paths, &[]).await;
    for (path, wanted) in [
        ("/json", Refused::Kind),
        ("/image", Refused::Kind),
        ("/htmlish", Refused::Kind),
        ("/untyped", Refused::Kind),
        ("/gzip", Refused::Kind),
        ("/br", Refused::Kind),
        ("/missing", Refused::Status),
        ("/error", Refused::Status),
    ] {
        assert_eq!(net.page(&format!("http://site.test{path}")).await, Err(wanted), "{path}");
    }
    assert!(net.page("http://site.test/xhtml").await.is_ok());
}

#[tokio::test]
async fn a_body_without_end_is_left_and_a_head_without_end_too() {
    let flood = |head: &str| Answer { after: After::Flood, ..answer(head, "<title>Long</title>") };
    let paths = [
        ("/page", flood("200 OK\r\ncontent-type: text/html")),
        ("/promised", flood("200 OK\r\ncontent-type: text/html\r\ncontent-length: 10000000000")),
        ("/picture", flood("200 OK\r\ncontent-type: image/png")),
        ("/head", answer(&format!("200 OK\r\nx: {}", "x".repeat(40_000)), "")),
        ("/lines", answer(&format!("200 OK{}", "\r\nx: y".repeat(100)), "")),
        ("/noise", Answer { bytes: b"SSH-2.0-OpenSSH\r\n".to_vec(), after: After::End }),
    ];
    let net = Internet::of(&paths, &[]).await;
    assert_eq!(net.page("http://site.test/page").await.unwrap().title, "Long");
    assert_eq!(net.page("http://site.test/promised").await.unwrap().title, "Long");
    let picture = Url::parse("http://site.test/picture").unwrap();
    assert_eq!(net.fetcher().picture(&picture).await, Err(Refused::TooLarge));
    for path in ["/head", "/lines", "/noise"] {
        assert_eq!(net.page(&format!("http://site.test{path}")).await, Err(Refused::Unreachable), "{path}");
    }
}

#[tokio::test]
async fn a_host_that_others_lead_to_is_asked_once_a_second_too() {
    let net =
        Internet::of(&[("/go", elsewhere("http://goal.test/there")), ("/there", page("There"))], &[]).await;
    let (fetcher, began) = (net.fetcher(), Instant::now());
    for from in ["http://one.test/go", "http://two.test/go"] {
        assert_eq!(fetcher.page(&Url::parse(from).unwrap()).await.unwrap().title, "There");
    }
    assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
}

/// The clock stands still until nothing moves, and then runs on: silence takes no time.
#[tokio::test(start_paused = true)]
async fn who_says_nothing_for_five_seconds_is_left() {
    let silent = |bytes: &[u8]| Answer { bytes: bytes.to_vec(), after: After::Silence };
    let paths = [
        ("/silent", silent(b"")),
        ("/head", silent(b"HTTP/1.1 200 OK\r\ncontent-ty")),
        (
            "/body",
            silent(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 99\r\n\r\n<title>x"),
        ),
    ];
    let net = Internet::of(&paths, &[]).await;
    for path in ["/silent", "/head", "/body"] {
        assert_eq!(net.page(&format!("http://site.test{path}")).await, Err(Refused::Slow), "{path}");
    }
}

#[tokio::test]
async fn a_secure_page_needs_a_certificate_for_its_name_from_an_authority_that_is_trusted() {
    let certificate = CertificateDer::from(&include_bytes!("tls/secure.test.der")[..]);
    let key = PrivatePkcs8KeyDer::from(&include_bytes!("tls/secure.test.key.der")[..]);
    let config = ServerConfig::builder().with_no_client_auth();
    let acceptor =
        TlsAcceptor::from(Arc::new(config.with_single_cert(vec![certificate], key.into()).unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let net = Net::Pretended(Pretended::at(listener.local_addr().unwrap()));
    let mut serving = JoinSet::new();
    serving.spawn(async move {
        let answers = HashMap::from([("/".to_owned(), page("Secure"))]);
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(stream) = acceptor.accept(stream).await {
                talk(stream, answers.clone(), Arc::default()).await;
            }
        }
    });
    let authority = include_bytes!("tls/authority.der").to_vec();
    let trusting = Fetcher::new(Options { authorities: vec![authority], ..Options::from(net.clone()) });
    let asks = async |fetcher: &Fetcher, url: &str| fetcher.page(&Url::parse(url).unwrap()).await;
    assert_eq!(asks(&trusting, "https://secure.test/").await.unwrap().title, "Secure");
    assert_eq!(asks(&trusting, "https://other.test/").await, Err(Refused::Unreachable), "another name");
    let careful = Fetcher::new(Options::from(net));
    assert_eq!(
        asks(&careful, "https://secure.test/").await,
        Err(Refused::Unreachable),
        "an unknown authority"
    );
    let greeting = Answer { bytes: b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), after: After::End };
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let net = Net::Pretended(Pretended::at(plain.local_addr().unwrap()));
    serving.spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            stream.write_all(&greeting.bytes).await.unwrap();
        }
    });
    let fetcher = Fetcher::new(Options::from(net));
    assert_eq!(
        asks(&fetcher, "https://site.test/").await,
        Err(Refused::Unreachable),
        "never without encryption"
    );
}
