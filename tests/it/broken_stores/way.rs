//! The way to a server, which can be closed and opened again: a small proxy.

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use postgres::Config;
use postgres::config::Host;

/// How often who waits looks up.
const GLANCE: Duration = Duration::from_millis(5);

/// A port of its own from which everything goes on to a server.
pub(super) struct Way {
    /// The address of the database by this way.
    pub(super) url: String,
    here: SocketAddr,
    there: SocketAddr,
    lines: Arc<Mutex<Vec<TcpStream>>>,
    door: Option<(Arc<AtomicBool>, JoinHandle<()>)>,
}

impl Way {
    /// An open way. `None`: the server listens at no port.
    pub(super) fn to(url: &str) -> Option<Self> {
        let config: Config = url.parse().unwrap();
        let Some(Host::Tcp(host)) = config.get_hosts().first() else {
            eprintln!("SKIPPED: the way to PostgreSQL is no network here");
            return None;
        };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let there = (host.as_str(), port).to_socket_addrs().unwrap().next().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap();
        let (before, name) = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).unwrap();
        let user = before.rsplit_once('@').map_or(String::new(), |(user, _)| format!("{user}@"));
        let url = format!("postgres://{user}{here}/{name}");
        let mut way = Self { url, here, there, lines: Arc::default(), door: None };
        way.listen(listener);
        Some(way)
    }

    /// Whoever is connected is hung up on, and whoever connects is refused.
    pub(super) fn close(&mut self) {
        let Some((closed, door)) = self.door.take() else { return };
        closed.store(true, Ordering::SeqCst);
        door.join().unwrap();
        for line in self.lines.lock().unwrap().drain(..) {
            let _ = line.shutdown(Shutdown::Both);
        }
    }

    pub(super) fn open(&mut self) {
        self.listen(TcpListener::bind(self.here).unwrap());
    }

    fn listen(&mut self, listener: TcpListener) {
        listener.set_nonblocking(true).unwrap();
        let closed = Arc::new(AtomicBool::new(false));
        let (there, lines) = (self.there, Arc::clone(&self.lines));
        let seen = Arc::clone(&closed);
        let door = std::thread::spawn(move || {
            while !seen.load(Ordering::SeqCst) {
                let Ok((near, _)) = listener.accept() else {
                    std::thread::sleep(GLANCE);
                    continue;
                };
                near.set_nonblocking(false).unwrap();
                let far = TcpStream::connect(there).unwrap();
                lines.lock().unwrap().extend([near.try_clone().unwrap(), far.try_clone().unwrap()]);
                let ends = [(&near, &far), (&far, &near)];
                for (from, to) in ends.map(|(from, to)| (from.try_clone().unwrap(), to.try_clone().unwrap()))
                {
                    std::thread::spawn(move || carry(from, to));
                }
            }
        });
        self.door = Some((closed, door));
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.close();
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    // Whichever end hangs up, the other hears of it.
    let _ = std::io::copy(&mut from, &mut to);
    for end in [from, to] {
        let _ = end.shutdown(Shutdown::Both);
    }
}
