//! XMP: who made and changed the file, and out of what. Values stand in elements or in attributes of any depth, so that
//! only their names are looked at, not where they stand.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{Names, last_part};

/// Most events that are read of a packet.
const MAX_EVENTS: usize = 20_000;

/// What a packet says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Said {
    pub(super) software: Vec<String>,
    /// The last part of the address.
    pub(super) source_type: Option<String>,
}

/// Which of the values is meant.
#[derive(Clone, Copy)]
enum Wanted {
    Program,
    SourceType,
}

impl Wanted {
    /// By the name without its prefix, which a writer may choose.
    fn by_name(name: &[u8]) -> Option<Self> {
        match name {
            b"CreatorTool" | b"softwareAgent" => Some(Self::Program),
            b"DigitalSourceType" => Some(Self::SourceType),
            _ => None,
        }
    }
}

/// What can be read; a packet that is broken says what came before.
pub(super) fn read(packet: &[u8]) -> Said {
    let mut reader = Reader::from_reader(packet);
    reader.config_mut().check_end_names = false;
    let (mut programs, mut source_type) = (Names::default(), None);
    let mut note = |wanted: Wanted, value: &str| match wanted {
        Wanted::Program => programs.add(value),
        Wanted::SourceType => source_type = source_type.take().or_else(|| last_part(value)),
    };
    let mut inside = None;
    for _ in 0..MAX_EVENTS {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                inside = Wanted::by_name(element.local_name().as_ref());
                attributes(&element, inside, &mut note);
            }
            Ok(Event::Empty(element)) => {
                attributes(&element, Wanted::by_name(element.local_name().as_ref()), &mut note);
            }
            Ok(Event::Text(text)) => {
                if let (Some(wanted), Ok(value)) = (inside, text.decode()) {
                    note(wanted, &value);
                }
            }
            Ok(Event::End(_)) => inside = None,
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    Said { software: programs.0, source_type }
}

/// A value is an attribute of that name, or the `rdf:resource` of an element of that name.
fn attributes(element: &BytesStart<'_>, of: Option<Wanted>, note: &mut impl FnMut(Wanted, &str)) {
    for attribute in element.attributes().with_checks(false).flatten() {
        let name = attribute.key.local_name();
        let wanted = Wanted::by_name(name.as_ref()).or(of.filter(|_| name.as_ref() == b"resource"));
        if let (Some(wanted), Ok(value)) = (wanted, std::str::from_utf8(&attribute.value)) {
            note(wanted, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKET: &str = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description xmp:CreatorTool="Adobe Photoshop 25.1">
          <xmpMM:History><rdf:Seq><rdf:li stEvt:action="saved" stEvt:softwareAgent="Adobe Lightroom 13"/>
            <rdf:li rdf:parseType="Resource"><stEvt:softwareAgent>GIMP 2.10</stEvt:softwareAgent></rdf:li>
          </rdf:Seq></xmpMM:History>
          <Iptc4xmpExt:DigitalSourceType rdf:resource="http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic/"/>
        </rdf:Description></rdf:RDF></x:xmpmeta>"#;

    #[test]
    fn programs_and_sources_wherever_they_stand() {
        let said = read(PACKET.as_bytes());
        assert_eq!(said.software, ["Adobe Photoshop 25.1", "Adobe Lightroom 13", "GIMP 2.10"]);
        assert_eq!(said.source_type.as_deref(), Some("compositeSynthetic"));
    }

    #[test]
    fn what_is_broken_says_what_came_before() {
        for end in 0..PACKET.len() {
            read(&PACKET.as_bytes()[..end]);
        }
        assert_eq!(read(b"<a CreatorTool='x'><b").software, ["x"]);
        assert_eq!(read(b"\xFF\xFE\0<\0").software, [""; 0]);
    }

    #[test]
    fn no_packet_fills_the_memory() {
        let many: String = (0..1000).map(|number| format!("<a CreatorTool='{number}'/>")).collect();
        assert_eq!(read(many.as_bytes()).software.len(), super::super::MAX_NAMES);
    }
}
