//! The body of a request, taken in pieces of bounded size: while one is stored, the next one comes.

use bytes::{Bytes, BytesMut};
use fieldproof_domain::batch::Receive;
use futures::{Stream, StreamExt as _};

use super::archive::Archive;
use crate::AppError;

/// Why a body ends before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyBreak {
    /// The sender is gone.
    Cut,
    /// Nothing comes any more.
    Silent,
}

/// How a body has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// As it was meant to.
    Clean,
    /// Before its end; what came is kept.
    Broken(BodyBreak),
    /// There is more of it than its range has bytes, or than an archive may have.
    Overrun,
}

/// Adds what a body brings to the archive. Answers how the body ended and the position behind its last byte; a body that
/// would leave a hole before it, since the archive was thrown away meanwhile, is not read on.
pub(super) async fn receive(
    archive: &Archive,
    receive: Receive,
    body: impl Stream<Item = Result<Bytes, BodyBreak>>,
) -> Result<(End, u64), AppError> {
    let body = std::pin::pin!(body);
    let most = archive.piece_size();
    let mut body = Body { frames: body, rest: Bytes::new(), most, at: receive.first, receive, end: None };
    let mut at = body.at;
    let mut piece = body.piece().await;
    while !piece.is_empty() {
        let behind = at + piece.len() as u64;
        let is_last = receive.end == Some(behind);
        let (next, is_added) = tokio::try_join!(async { Ok(body.piece().await) }, archive.add(at, piece, is_last))?;
        if !is_added {
            return Ok((End::Broken(BodyBreak::Cut), at));
        }
        (at, piece) = (behind, next);
    }
    Ok((body.end.unwrap_or(End::Clean), at))
}

/// Reads up to `most` bytes of a body that is not needed: most senders look for the answer only after sending.
pub(super) async fn discard(body: impl Stream<Item = Result<Bytes, BodyBreak>>, most: u64) {
    let mut body = std::pin::pin!(body);
    let mut seen = 0;
    while seen < most
        && let Some(Ok(frame)) = body.next().await
    {
        seen += frame.len() as u64;
    }
}

struct Body<S> {
    frames: S,
    /// What came in the last frame beyond the piece.
    rest: Bytes,
    /// Bytes of a piece, at most.
    most: usize,
    /// Position of the next byte that comes.
    at: u64,
    receive: Receive,
    end: Option<End>,
}

impl<S: Stream<Item = Result<Bytes, BodyBreak>> + Unpin> Body<S> {
    /// The next piece; empty at the end.
    async fn piece(&mut self) -> Bytes {
        let mut piece = BytesMut::new();
        self.fill(&mut piece);
        while piece.len() < self.most && self.end.is_none() {
            match self.frames.next().await {
                Some(Ok(frame)) => self.take(frame),
                Some(Err(broken)) => self.end = Some(End::Broken(broken)),
                None => self.end = Some(End::Clean),
            }
            self.fill(&mut piece);
        }
        piece.freeze()
    }

    /// Takes of a frame what there is room for.
    fn take(&mut self, mut frame: Bytes) {
        let room = usize::try_from(self.receive.room(self.at)).unwrap_or(usize::MAX);
        if frame.len() > room {
            frame.truncate(room);
            self.end = Some(End::Overrun);
        }
        self.at += frame.len() as u64;
        self.rest = frame;
    }

    /// Moves what has come into the piece, as much as fits.
    fn fill(&mut self, piece: &mut BytesMut) {
        if self.rest.is_empty() {
            return;
        }
        if piece.capacity() == 0 {
            let expected =
                usize::try_from(self.receive.room(self.at)).unwrap_or(self.most).saturating_add(self.rest.len());
            piece.reserve(expected.min(self.most));
        }
        let some = self.rest.split_to(self.rest.len().min(self.most - piece.len()));
        piece.extend_from_slice(&some);
    }
}
