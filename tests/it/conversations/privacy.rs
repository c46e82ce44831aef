//! What people type about themselves is in no file and no line of the log, whichever way it came in.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const PLANTED: &str = "我叫李雷，手机 13812345678，座机0571-88112233，身份证33010619900307123X，代码91330106MA2ABCDE0X，\
     邮箱 lilei.1990@mail.example.com，住杭州市西湖区文三路90号3幢502室，我的订单还能撤回吗";

/// What must be nowhere, in the cases in which it may come to stand.
const GONE: &[&str] = &[
    "13812345678",
    "88112233",
    "33010619900307123x",
    "19900307",
    "91330106ma2abcde0x",
    "lilei.1990",
    "文三路90号",
    "3幢502室",
];

fn beian(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beian"));
    for name in ["KB", "INTENTS", "RULES", "DB", "DATA", "NOW", "LOG", "CONFIG"] {
        command.env_remove(format!("BEIAN_{name}"));
    }
    command.current_dir(folder).args(["--db", "beian.db", "--log", "trace"]).stderr(Stdio::piped());
    command
}

/// A server with the address it printed.
fn serve(folder: &Path) -> (Child, String) {
    let mut server = beian(folder)
        .args(["serve", "--addr", "127.0.0.1:0", "--keep-days", "30"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address =
        line.trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix('/')).unwrap().to_owned();
    (server, address)
}

/// One message by HTTP, in a conversation; the body of the answer.
fn post(address: &str, conversation: &str, text: &str) -> serde_json::Value {
    let body = serde_json::json!({"text": text, "conversation": conversation}).to_string();
    let mut socket = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /v1/messages HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    socket.write_all((head + &body).as_bytes()).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

fn ended(mut server: Child) -> String {
    let log = server.stderr.take().unwrap();
    // Read while it still writes: a full pipe would hold it up.
    let reader = std::thread::spawn(move || {
        let mut log = log;
        let mut bytes = Vec::new();
        log.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    });
    server.kill().unwrap();
    server.wait().unwrap();
    reader.join().unwrap()
}

#[test]
fn private_numbers_are_in_no_file_and_no_log() {
    let folder = tempfile::tempdir().unwrap();
    let mut logs = String::new();

    let (server, address) = serve(folder.path());
    let reply = post(&address, "c-1", PLANTED);
    assert_eq!(reply["id"].as_str().map(str::len), Some(16), "{reply}");
    // A question of ours in between: what is remembered is looked at too.
    post(&address, "c-1", "网站名称叫13812345678行不行");
    post(&address, "c-1", "浙江要短信核验吗");
    logs += &ended(server);
    // It goes on after the server was killed and started again.
    let (server, address) = serve(folder.path());
    let followed = post(&address, "c-1", "那广东呢");
    assert_eq!(followed["intent"], "sms_required", "{followed}");
    logs += &ended(server);

    let asked = beian(folder.path()).args(["ask", "--json", PLANTED]).output().unwrap();
    assert!(asked.status.success(), "{asked:?}");
    logs += &String::from_utf8_lossy(&asked.stderr);
    let id = serde_json::from_slice::<serde_json::Value>(&asked.stdout).unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut chat =
        beian(folder.path()).arg("chat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    chat.stdin.take().unwrap().write_all(format!("{PLANTED}\n那服务号呢\n").as_bytes()).unwrap();
    let chat = chat.wait_with_output().unwrap();
    assert!(chat.status.success(), "{chat:?}");
    logs += &String::from_utf8_lossy(&chat.stderr);

    let explained = beian(folder.path()).args(["explain", &id]).output().unwrap();
    assert!(explained.status.success(), "{explained:?}");
    logs += &String::from_utf8_lossy(&explained.stdout);
    let replayed = beian(folder.path()).args(["replay", &id]).output().unwrap();
    assert!(
        replayed.stdout.starts_with(b"same reply\n") || replayed.status.code() == Some(1),
        "{replayed:?}"
    );

    let mut files = 0;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        for gone in GONE {
            assert!(!text.contains(gone), "{gone} is in {}", path.display());
        }
        files += usize::from(text.contains("撤回"));
    }
    assert!(files > 0, "what was said is kept somewhere");
    let logs = logs.to_lowercase();
    for gone in GONE {
        assert!(!logs.contains(gone), "{gone} is in the log");
    }
    // And no text at all: the log is about requests.
    assert!(logs.contains("route=\"/v1/messages\""), "the log is missing");

    let forgotten = beian(folder.path()).args(["forget", "console:nobody"]).output().unwrap();
    assert!(forgotten.status.success(), "{forgotten:?}");
    let missing = beian(folder.path()).args(["explain", "0000000000000000"]).output().unwrap();
    assert_eq!(missing.status.code(), Some(2));
    let message = String::from_utf8_lossy(&missing.stderr);
    assert!(
        message.lines().last().unwrap().contains("`0000000000000000`: no reply of this id is kept"),
        "{message}"
    );
}
